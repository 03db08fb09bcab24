"""The workbench: drives the notebooks from a model id to a verified submission. Never ships."""
