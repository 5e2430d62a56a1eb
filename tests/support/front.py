"""The cache and the balancer of the cluster guide, with its own files at addresses of the test."""

import re
from collections.abc import Mapping
from pathlib import Path

from livehouse.app.bench.ports import free_port
from tests.support.cluster import Daemon

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "cluster"
VARNISHD, HAPROXY = "/usr/sbin/varnishd", "/usr/sbin/haproxy"


def varnish(folder: Path, gateways: Mapping[str, int]) -> Daemon:
    """The guide's cache in front of the gateways (the guide's host names, our ports)."""
    port = free_port()
    vcl = (GUIDE / "varnish.vcl").read_text()
    for host, gateway_port in gateways.items():
        vcl, found = re.subn(
            rf'\.host = "{re.escape(host)}";\n(\s*)\.port = "8080";',
            f'.host = "127.0.0.1";\n\\1.port = "{gateway_port}";',
            vcl,
        )
        assert found == 1, f"{host} stands once in the guide's cache"
    path = folder / "varnish.vcl"
    path.write_text(vcl)
    return Daemon(
        [
            VARNISHD, "-F", "-j", "none", "-n", str(folder / "varnish"), "-f", str(path),
            "-a", f"127.0.0.1:{port}", "-s", "malloc,32m", "-T", "none",
            "-p", "thread_pools=1", "-p", "thread_pool_min=20",
        ],
        port,
    )  # fmt: skip


def haproxy(folder: Path, addresses: Mapping[str, int]) -> Daemon:
    """The guide's balancer; `addresses` are the guide's, each with its port of this machine."""
    text = (GUIDE / "haproxy.cfg").read_text().replace("maxconn 60000", "maxconn 2000")
    for address, port in addresses.items():
        assert address in text, f"{address} stands in the guide's balancer"
        text = re.sub(rf"{re.escape(address)}\b", f"127.0.0.1:{port}", text)
    assert "10.0.0." not in text, "every address of the guide is ours now"
    path = folder / "haproxy.cfg"
    path.write_text(text)
    return Daemon([HAPROXY, "-db", "-f", str(path)], addresses["10.0.0.10:80"])
