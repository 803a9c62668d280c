# The service in a container: `docker build -t stockpile-allocator .`; see docs/how-to/deploy.md.
FROM python:3.11-slim AS built
WORKDIR /build
COPY . .
RUN python -m venv /opt/allocator \
 && /opt/allocator/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
 && /opt/allocator/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/allocator --create-home allocator
COPY --from=built /opt/allocator /opt/allocator
ENV PATH=/opt/allocator/bin:$PATH ALLOCATOR_HOME=/var/lib/allocator PYTHONDONTWRITEBYTECODE=1
USER allocator
WORKDIR /var/lib/allocator
VOLUME /var/lib/allocator
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["allocator", "serve", "--host", "0.0.0.0", "--port", "8000"]
