"""A certificate for FFmpeg's WHIP muxer: the one that it makes by itself, OpenSSL refuses."""

from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from livehouse.foundation.clock import SystemClock

DAY = timedelta(days=1)


def whip_options(folder: Path, key: str) -> dict[str, str]:
    """Options to publish with a stream key; blocking, for a P-256 certificate is made for it."""
    own = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "camera")])
    now = SystemClock().now()
    signed = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(own.public_key())
        .serial_number(1).not_valid_before(now - DAY).not_valid_after(now + DAY)
        .sign(own, hashes.SHA256())
    )  # fmt: skip
    certificate, private = folder / "camera.pem", folder / "camera.key"
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        own.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return {
        "authorization": key,
        "handshake_timeout": "8000",
        "cert_file": str(certificate),
        "key_file": str(private),
    }
