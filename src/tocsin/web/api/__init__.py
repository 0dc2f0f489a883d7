"""The results as JSON: read only, typed, described by an OpenAPI document."""

from tocsin.web.api.app import create_api

__all__ = ["create_api"]
