"""Every command, variable, port and path in compose, Procfile and the manifests for Kubernetes exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm import __version__
from alpha_swarm.cli import main as command_line
from alpha_swarm.config import VARIABLES, load_settings, require_clay, require_targets
from alpha_swarm.queueing.worker import LAST_SECONDS
from alpha_swarm.supervision.processes import worker_command
from tests.integration import deployed
from tests.integration.api_door import open_door
from tests.test_docs import resolve

if TYPE_CHECKING:
    from pathlib import Path

DEPLOYMENTS = deployed.of_kind("Deployment")
PART = deployed.common()


def call(words: list[str]) -> str:
    """What a part is started with, as it stands in the Procfile; raises where there is no such command."""
    assert resolve(words), words
    if words[0] == "worker":
        worker_command(words[1])
    return " ".join(words)


def test_all_three_start_the_same_parts() -> None:
    """Each a command of the program, with a queue that there is."""
    started = {call(deployed.container(one)["args"]) for one in DEPLOYMENTS.values()}
    assert started == deployed.procfile()
    assert {call(one["command"].split()) for one in deployed.ours().values()} == started
    assert command_line.app is not None


def test_every_file_is_applied_but_the_example() -> None:
    (top,) = deployed.documents(deployed.FOLDER / "kustomization.yaml")
    patches = [one["path"] for one in top["patches"]]
    assert patches == [deployed.PATCH, deployed.KEPT]
    there = {file.name for file in deployed.FOLDER.iterdir()}
    assert {*top["resources"], *patches, "kustomization.yaml", deployed.EXAMPLE} == there


def test_the_image_is_the_version_that_this_is() -> None:
    (top,) = deployed.documents(deployed.FOLDER / "kustomization.yaml")
    (image,) = top["images"]
    assert image["newTag"] == __version__
    assert {deployed.container(one)["image"] for one in DEPLOYMENTS.values()} == {image["name"]}


def test_the_settings_of_kubernetes_are_read_and_fit_together() -> None:
    """Those of the example, put together as the parts get them."""
    given = deployed.of_kind("ConfigMap")["alpha-swarm"]["data"] | secret("alpha-swarm")
    assert given.keys() <= set(VARIABLES)
    settings = load_settings(given, dotenv=None)
    require_targets(settings)
    require_clay(settings)
    mounted = {one["mountPath"] for one in PART["containers"][0]["volumeMounts"]}
    assert (settings.environment, str(settings.home) in mounted) == ("production", True)


def test_the_list_of_those_who_are_not_to_come_back_outlives_its_part() -> None:
    """In compose all have one home; on Kubernetes the one who carries out what persons ask for has it."""
    (kept,) = deployed.documents(deployed.FOLDER / deployed.KEPT)
    (volume,) = kept["spec"]["template"]["spec"]["volumes"]
    assert deployed.container(DEPLOYMENTS[kept["metadata"]["name"]])["args"] == ["worker", "dlq"]
    assert volume["name"] in {one["name"] for one in PART["containers"][0]["volumeMounts"]}
    assert volume["persistentVolumeClaim"]["claimName"] in deployed.of_kind("PersistentVolumeClaim")
    for service in deployed.ours().values():
        (mounted,) = service["volumes"]
        name, _, path = mounted.partition(":")
        assert (name in deployed.compose()["volumes"], path) == (
            True,
            service["environment"]["ALPHA_SWARM_HOME"],
        )


def secret(name: str) -> dict[str, str]:
    """One of the example."""
    values: dict[str, str] = deployed.of_kind("Secret")[name]["stringData"]
    return values


def test_the_settings_of_compose_are_read_and_fit_together() -> None:
    """With the variables of ``.env`` put in; every service that is ours has a Redis that is shut."""
    for service in deployed.ours().values():
        given = deployed.filled(service["environment"])
        assert given.keys() <= set(VARIABLES)
        settings = load_settings(given, dotenv=None)
        assert (settings.environment, settings.redis_url is not None) == ("production", True)


def test_ports_and_probes_are_the_doors(tmp_path: Path) -> None:
    """Each port the one of API_PORT, each path one that answers with 200."""
    with open_door(tmp_path) as door:
        for path in {*deployed.names_in(DEPLOYMENTS["api"], "path"), *compose_probes()}:
            assert door.call("GET", path, headers={}).status_code == 200, path
    port = int(deployed.of_kind("ConfigMap")["alpha-swarm"]["data"]["API_PORT"])
    (opened,) = deployed.container(DEPLOYMENTS["api"])["ports"]
    assert opened["containerPort"] == port
    api = deployed.ours()["api"]
    assert api["ports"] == [f"127.0.0.1:{port}:{api['environment']['API_PORT']}"]


def compose_probes() -> list[str]:
    """The paths that its health checks ask for."""
    checks = [str(one.get("healthcheck")) for one in deployed.ours().values()]
    return re.findall(r"http://127\.0\.0\.1:8000(/[\w/]+)", " ".join(checks))


def test_whatever_is_named_is_there() -> None:
    """Ports by name, selectors, configuration, secrets and their keys."""
    workloads = {**DEPLOYMENTS, **deployed.of_kind("StatefulSet")}
    opened = {
        name: {port["name"]: port["containerPort"] for port in deployed.container(one).get("ports", [])}
        for name, one in workloads.items()
    }
    for name, service in deployed.of_kind("Service").items():
        assert service["spec"]["selector"] == labels(workloads[name])
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= opened[name].keys()
    for one in workloads.values():
        assert one["spec"]["selector"]["matchLabels"] == labels(one)
        assert one["metadata"]["name"] == labels(one)["part"]
    assert {
        one["spec"]["podSelector"].get("matchLabels", {}).get("part", "api")
        for one in deployed.of_kind("NetworkPolicy").values()
    } <= workloads.keys()
    assert set(deployed.names_in(PART, "name")) >= {*deployed.of_kind("ConfigMap")}
    redis = deployed.container(workloads["redis"])["env"][0]["valueFrom"]["secretKeyRef"]
    assert redis["key"] in secret(redis["name"])


def labels(workload: Any) -> dict[str, str]:
    """What its pods are found by."""
    found: dict[str, str] = workload["spec"]["template"]["metadata"]["labels"]
    return found


def test_what_is_secret_reaches_redis_and_us_alike() -> None:
    """The address holds the password of the server; both are placeholders of the example."""
    assert f":{secret('alpha-swarm-redis')['password']}@redis:6379" in secret("alpha-swarm")["REDIS_URL"]


@pytest.mark.parametrize("option", ["noeviction", "--appendonly", "--requirepass"])
def test_redis_keeps_what_it_has_and_lets_nobody_in(option: str) -> None:
    assert option in deployed.compose()["services"]["redis"]["command"]
    assert option in deployed.container(deployed.of_kind("StatefulSet")["redis"])["args"]


def test_the_stores_of_compose_stand_in_a_network_of_their_own() -> None:
    """Without a port, and without a way out."""
    whole = deployed.compose()
    assert whole["networks"]["stores"]["internal"]
    for name in ("redis", "postgres"):
        assert whole["services"][name]["networks"] == ["stores"]
        assert "ports" not in whole["services"][name]


def test_the_parts_may_do_little() -> None:
    """Nobody is root, nothing can be written but two folders, no token of the cluster lies about."""
    user = re.search(r"^USER (\d+)$", (deployed.ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert user is not None
    (one,) = PART["containers"]
    assert PART["securityContext"]["runAsUser"] == int(user[1])
    assert PART["securityContext"]["runAsNonRoot"]
    assert one["securityContext"]["readOnlyRootFilesystem"]
    assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert not one["securityContext"]["allowPrivilegeEscalation"]
    assert not PART["automountServiceAccountToken"]
    for service in deployed.ours().values():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert "no-new-privileges:true" in service["security_opt"]


def test_no_variable_of_kubernetes_is_taken_for_one_of_ours() -> None:
    """A service named like us would put ``ALPHA_SWARM_PORT`` beside our settings and end the start."""
    assert PART["enableServiceLinks"] is False


def test_whoever_is_told_to_end_has_the_time_to() -> None:
    """A worker ends by itself; only then would it be killed."""
    assert PART["terminationGracePeriodSeconds"] > LAST_SECONDS
    for service in deployed.ours().values():
        assert float(service["stop_grace_period"].removesuffix("s")) > LAST_SECONDS
