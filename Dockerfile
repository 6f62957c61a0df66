FROM python:3.11.14-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# /data is made here so that a new volume on it belongs to the bot.
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin studyhall \
    && install --directory --owner=studyhall --group=studyhall /data

WORKDIR /app

# Before the code: this layer stays as it is until the lock file changes.
COPY requirements/run.lock requirements/run.lock
RUN pip install --no-cache-dir --require-hashes --requirement requirements/run.lock

COPY LICENSE LICENSE
COPY pyproject.toml pyproject.toml
COPY content content
COPY adapters adapters
COPY bot bot
RUN python -m compileall -q adapters bot

# The container's own address is what its ports are published from; the names are those a browser on this machine uses.
ENV STUDYHALL_HOST=0.0.0.0 \
    STUDYHALL_PORT=8080 \
    STUDYHALL_ALLOWED_HOSTS=localhost,127.0.0.1 \
    STUDYHALL_DATABASE_URL=sqlite:////data/studyhall.db

USER 10001:10001
VOLUME ["/data"]
EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]

CMD ["python", "-m", "bot", "run"]
