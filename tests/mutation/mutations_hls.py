# SPDX-License-Identifier: BSD-2-Clause
"""Faults in HLS: the mutations by subject."""

import mutations_hls_across  # noqa: F401
import mutations_hls_codecs  # noqa: F401
import mutations_hls_dates  # noqa: F401
import mutations_hls_groups  # noqa: F401
import mutations_hls_iframes  # noqa: F401
import mutations_hls_keys  # noqa: F401
import mutations_hls_media  # noqa: F401
import mutations_hls_playlist  # noqa: F401
import mutations_hls_segments  # noqa: F401
import mutations_hls_session  # noqa: F401
import mutations_hls_variants  # noqa: F401
import mutations_load  # noqa: F401
