# SPDX-License-Identifier: BSD-2-Clause
"""Faults in DASH: the mutations by subject."""

import mutations_dash_address  # noqa: F401
import mutations_dash_cross  # noqa: F401
import mutations_dash_descriptor  # noqa: F401
import mutations_dash_media  # noqa: F401
import mutations_dash_mpd  # noqa: F401
import mutations_dash_protection  # noqa: F401
import mutations_dash_set  # noqa: F401
import mutations_dash_structure  # noqa: F401
import mutations_dash_time  # noqa: F401
