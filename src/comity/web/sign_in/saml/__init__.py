"""SAML 2.0, Web Browser SSO: our requests and metadata, and what is believed of an answer; needs `comity[saml]`."""
