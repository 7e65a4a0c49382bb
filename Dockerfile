# Descent Lab for one machine:
#   docker build -t descent-lab . && docker run --rm -p 8501:8501 descent-lab
# Behind another name than the one the browser asks for, list it: -e DESCENT_LAB_ORIGINS=https://lab.example.org
FROM python:3.11-slim-bookworm

# No bytecode at run time: the app's folder is not the user's to write in.
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    JAX_PLATFORMS=cpu

# /programs is for a volume: compiled programs that outlive the container go into a folder below it.
RUN useradd --create-home --uid 10001 lab && mkdir /programs && chown lab:lab /programs
WORKDIR /app

# The packages change seldom, so they are a layer of their own, below the app.
# Hashes say that each is the very file that was tested, whoever serves it.
COPY deploy/requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY . ./
RUN python -m compileall -q .

USER lab
EXPOSE 8501

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

# Streamlit's own runner is the same uvicorn, with the WebSocket settings of .streamlit/config.toml (no compression, small
# messages) already in place; a bare `uvicorn app:app` would need them repeated as flags.
CMD ["streamlit", "run", "app.py", "--server.port=8501", "--server.address=0.0.0.0"]
