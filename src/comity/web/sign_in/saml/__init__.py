"""SAML 2.0, Web Browser SSO: our request and metadata, and what is believed of an answer. `comity[saml]` brings what verifies it."""
