"""What every response says to a browser (OWASP ASVS 4.0, V14.4): nothing from elsewhere, nothing in line, no frames."""

from __future__ import annotations

from types import MappingProxyType

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    )
)
ALWAYS = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), publickey-credentials-create=(self), "
        "publickey-credentials-get=(self)",
    }
)
UNDER_TLS = MappingProxyType({"Strict-Transport-Security": "max-age=63072000; includeSubDomains"})
PRIVATE = "no-store"
PUBLIC = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"


def headers_of(secure: bool, cache: str) -> dict[str, str]:
    """The headers of one response; `cache` is PRIVATE for whatever is not the same for everybody."""
    return {**ALWAYS, **(UNDER_TLS if secure else {}), "Cache-Control": cache}
