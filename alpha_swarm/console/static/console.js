// Shows a page's newest state every few seconds, touching only what has changed, so that neither the focus nor
// what a screen reader has in hand is lost.
"use strict";
(() => {
  const main = document.querySelector("main");
  const connection = document.getElementById("connection");
  const seconds = () => Number(main.dataset.live || 0);

  const alike = (now, next) => now.nodeType === next.nodeType && now.nodeName === next.nodeName;

  function attributes(now, next) {
    for (const { name, value } of [...next.attributes])
      if (now.getAttribute(name) !== value) now.setAttribute(name, value);
    for (const { name } of [...now.attributes])
      // Whether it is open is for whoever reads to say.
      if (!next.hasAttribute(name) && name !== "open") now.removeAttribute(name);
  }

  function renew(now, next) {
    if (now.nodeType !== Node.ELEMENT_NODE) {
      if (now.nodeValue !== next.nodeValue) now.nodeValue = next.nodeValue;
      return;
    }
    attributes(now, next);
    const old = [...now.childNodes], fresh = [...next.childNodes];
    fresh.forEach((child, at) => {
      if (at >= old.length) now.append(child);
      else if (alike(old[at], child)) renew(old[at], child);
      else old[at].replaceWith(child);
    });
    old.slice(fresh.length).forEach((child) => child.remove());
  }

  async function look() {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
    if (answer.redirected) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    renew(main, page.querySelector("main"));
    document.title = page.title;
  }

  let leaving = false;
  addEventListener("pagehide", () => { leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });

  async function again() {
    if (!document.hidden) {
      try {
        await look();
        connection.textContent = "";
      } catch {
        if (!leaving) connection.textContent = "The console cannot be reached: what you see is old.";
      }
    }
    if (seconds()) setTimeout(again, seconds() * 1000);
  }

  if (seconds()) setTimeout(again, seconds() * 1000);
})();
