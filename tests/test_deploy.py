"""What a host copies from deploy/: held against the schemas of the tools that read it, and nginx's run by nginx."""

import configparser
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from threading import Thread

import jsonschema
import kubernetes_validate
import pytest
import yaml
from prometheus_client import REGISTRY

from tests.packages import WHERE, program
from tests.server import ROOT, free_port

DEPLOY = ROOT / "deploy"
MANIFESTS = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
FOLDER = re.compile(r"(?m)^RUN .*&& mkdir (\S+) && chown lab:lab \1$")


def kind(name: str) -> dict:
    """The manifest of this kind; of the two Ingresses that of the pages."""
    return next(one for one in MANIFESTS if one["kind"] == name)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda one: one["metadata"]["name"] + " " + one["kind"])
def test_a_manifest_is_what_kubernetes_reads(manifest):
    kubernetes_validate.validate(manifest, "1.34", strict=True)


def test_the_manifests_belong_together():
    (container,) = (pod := kind("Deployment")["spec"]["template"]["spec"])["containers"]
    labels = kind("Deployment")["spec"]["template"]["metadata"]["labels"]
    for selector in (
        kind("Deployment")["spec"]["selector"]["matchLabels"],
        kind("Service")["spec"]["selector"],
        kind("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
    ):
        assert selector == labels
    assert kind("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"] == kind("Deployment")["metadata"]["name"]
    for ingress in (one for one in MANIFESTS if one["kind"] == "Ingress"):
        (rule,) = ingress["spec"]["rules"]
        assert rule["http"]["paths"][0]["backend"]["service"]["name"] == kind("Service")["metadata"]["name"]
    mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert set(mounted) == {volume["name"] for volume in pod["volumes"]}
    # The cache is taken only from a folder that is the server's alone: it makes one below what it is given.
    cache = next(one["value"] for one in container["env"] if one["name"] == "DESCENT_LAB_CACHE")
    assert Path(cache).parent == Path(mounted["programs"])


def test_the_image_is_what_the_manifests_take_it_for():
    image = (ROOT / "Dockerfile").read_text()
    (container,) = kind("Deployment")["spec"]["template"]["spec"]["containers"]
    user = kind("Deployment")["spec"]["template"]["spec"]["securityContext"]["runAsUser"]
    assert f"--uid {user} lab" in image
    assert f"EXPOSE {container['ports'][0]['containerPort']}\n" in image
    assert FOLDER.search(image)[1] == "/programs" == COMPOSE["x-lab"]["volumes"][0].split(":")[1]


def test_the_compose_file_is_what_compose_reads():
    schema = json.loads((files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json").read_text())
    jsonschema.validate(COMPOSE, schema, jsonschema.validators.validator_for(schema))
    assert {"lab1", "lab2"} <= set(COMPOSE["services"])
    assert (DEPLOY / COMPOSE["configs"]["site"]["file"]).is_file()


def test_both_nginx_sites_say_the_same():
    """But for where the replicas are, and what their first line tells."""
    one, other = ((DEPLOY / name).read_text() for name in ("nginx.conf", "nginx.compose.conf"))
    assert (
        re.sub(r"lab\d:8501", "REPLICA", other).splitlines()[1:]
        == (re.sub(r"127\.0\.0\.1:850\d", "REPLICA", one).splitlines()[1:])
    )


def test_the_unit_starts_what_make_run_starts():
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read(DEPLOY / "descent-lab.service")
    assert "streamlit run app.py --server.port" in unit["Service"]["ExecStart"]
    assert unit["Service"]["CacheDirectoryMode"] == "0700", "the cache is taken only from a folder of the server's own"


# ------- nginx with replicas


CODES = ("ABCDE", "JDZAH", "ZJVMV", "KKMPR", "WXYZA", "HHGGF", "QRSTV", "BCDFG")


class Replica(BaseHTTPRequestHandler):
    """Answers with the port that was asked."""

    def do_GET(self) -> None:
        body = str(self.server.server_port).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def replica(port: int) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", port), Replica)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    return server


@contextmanager
def nginx(folder: Path, ports: tuple[int, int]) -> Iterator[int]:
    """deploy/nginx.conf as it is, but for its own port and the replicas'."""
    own = free_port()
    site = (DEPLOY / "nginx.conf").read_text().replace("listen 80;", f"listen 127.0.0.1:{own};")
    for written, port in zip((8501, 8502), ports, strict=True):
        site = site.replace(f"127.0.0.1:{written}", f"127.0.0.1:{port}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; events {{ }} http {{ access_log off;\n{paths} include {folder}/site.conf; }}"
    )
    command = program(WHERE["nginx-light"], "nginx-light", "The test of deploy/nginx.conf needs nginx: install it.")
    options = ("-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"), "-g", "daemon off;")
    process = subprocess.Popen([command, *options])
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                ask(own)
                break
            except ConnectionError:
                assert process.poll() is None, (folder / "error.log").read_text()
                time.sleep(0.02)
        yield own
    finally:
        process.terminate()
        process.wait(60)


def ask(port: int, cookie: str = "", path: str = "/") -> tuple[str, str]:
    """Which replica answered, and the cookie that came with it."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": f"descent_lab={cookie}"} if cookie else {})
    reply = connection.getresponse()
    assert reply.status == 200, reply.read()
    answered = reply.read().decode()
    connection.close()
    return answered, re.match(r"descent_lab=(\w+); Path=/; HttpOnly", reply.getheader("Set-Cookie"))[1]


def test_nginx_keeps_a_browser_to_one_replica_and_moves_it_when_that_one_goes(tmp_path):
    ports = free_port(), free_port()
    servers = {str(port): replica(port) for port in ports}
    with nginx(tmp_path, ports) as own:
        first = [ask(own) for _ in range(40)]
        assert {answered for answered, _ in first} == set(servers), "browsers are spread"
        assert len({cookie for _, cookie in first}) == 40
        for answered, cookie in first:
            assert ask(own, cookie) == (answered, cookie)
        # A room's phones meet in one replica, whatever cookies they have.
        met = {code: {ask(own, cookie, f"/live/room?code={code}")[0] for _, cookie in first[:5]} for code in CODES}
        assert all(len(replicas) == 1 for replicas in met.values())
        assert set.union(*met.values()) == set(servers), "rooms are spread"
        gone, left = map(str, ports)
        servers[gone].shutdown()
        servers[gone].server_close()
        for _, cookie in first:
            assert ask(own, cookie) == (left, cookie)
        servers[left].shutdown()
        servers[left].server_close()


def test_the_dashboard_asks_for_numbers_that_the_server_has():
    board = json.loads((DEPLOY / "grafana.json").read_text())
    asked = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"\b(?:descent_lab|process)_\w+", target["expr"])
    }
    here = {sample.name for family in REGISTRY.collect() for sample in family.samples}
    own = {"descent_lab_answer_seconds", "descent_lab_refusals"}  # none is there until the first of a kind was counted
    ours = {f"{name}{ending}" for name in own for ending in ("_count", "_bucket", "_total")}
    assert len(asked) > 6
    assert asked <= here | ours


def test_the_image_takes_only_files_whose_hashes_are_known():
    pins = re.compile(r"(?m)^([\w.-]+)==([\w.]+)")
    lock = (DEPLOY / "requirements.lock").read_text()
    pinned, locked = (
        {re.sub(r"[_.]", "-", name).lower(): version for name, version in pins.findall(text)}
        for text in ((ROOT / "requirements.txt").read_text(), lock)
    )
    assert locked == pinned, "make lock"
    entries = re.split(pins.pattern, lock)
    assert all("--hash=sha256:" in entries[i] for i in range(3, len(entries), 3))
    image = (ROOT / "Dockerfile").read_text()
    assert (
        "COPY deploy/requirements.lock ./\nRUN pip install --no-cache-dir --require-hashes -r requirements.lock\n"
        in image
    )
    assert "!deploy/requirements.lock\n" in (ROOT / ".dockerignore").read_text()
