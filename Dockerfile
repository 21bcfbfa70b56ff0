FROM python:3.13-slim AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/alpha-swarm
COPY requirements.lock .
RUN /opt/alpha-swarm/bin/pip install -r requirements.lock
COPY . .
RUN /opt/alpha-swarm/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
# Periodic jobs are reckoned in the machine's local time.
ENV PATH=/opt/alpha-swarm/bin:$PATH PYTHONUNBUFFERED=1 TZ=UTC ALPHA_SWARM_HOME=/var/lib/alpha-swarm
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/alpha-swarm alpha-swarm
COPY --from=build /opt/alpha-swarm /opt/alpha-swarm
USER 10001
WORKDIR /var/lib/alpha-swarm
VOLUME /var/lib/alpha-swarm
STOPSIGNAL SIGTERM
ENTRYPOINT ["alpha-swarm"]
CMD ["--help"]
