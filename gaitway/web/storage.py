from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Files(CompressedManifestStaticFilesStorage):
    """Hashed and compressed. What a module imports gets its hash too: else it would be loaded, and run, twice."""

    support_js_module_import_aggregation = True
