// SPDX-License-Identifier: BSD-2-Clause
// The stable words the plan's enumerations have in JSON.
#ifndef RUNG_MEDIA_PLAN_NAMES_H
#define RUNG_MEDIA_PLAN_NAMES_H

static const char *const plan_timing_names[] = {"constant", "variable", "counted"};
static const char *const plan_note_kind_names[] = {"dropped", "changed", "warning", "info"};
static const char *const plan_analysis_names[] = {"own", "pilot", "follows"};

#endif
