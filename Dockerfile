# One image for web, worker, courier, beat and migrations; docker-compose.yml says which part a container is.

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements/install.txt requirements/runtime.txt requirements/
RUN python -m venv /venv \
 && /venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/install.txt \
 && /venv/bin/uv pip install --no-cache --compile-bytecode --python /venv/bin/python --require-hashes -r requirements/runtime.txt
COPY manage.py ./
COPY hdr_site hdr_site
COPY accounts accounts
COPY recognition recognition
COPY ml ml
COPY templates templates
COPY static static
COPY locale locale
RUN /venv/bin/python -m hdr_site.catalogs
COPY docs/figures docs/figures
COPY docs/api-examples.md docs/api-examples.md
# The addresses are placeholders: collecting static files opens no connection, and none of this reaches the image's environment.
RUN SECRET_KEY=placeholder-while-the-image-is-built-and-nowhere-else \
    DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost EMAIL_URL=smtp://localhost \
    STORAGE_URL=file:///nonexistent STATIC_ROOT=/app/static-collected DJANGO_SETTINGS_MODULE=hdr_site.settings \
    /venv/bin/python -m hdr_site.launcher.commands collectstatic

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin digits \
 && install --directory --owner digits --group digits /pictures
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER digits
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=hdr_site.settings STATIC_ROOT=/app/static-collected \
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 MALLOC_ARENA_MAX=1
EXPOSE 8000
CMD ["python", "-m", "hdr_site.launcher.commands", "web"]
