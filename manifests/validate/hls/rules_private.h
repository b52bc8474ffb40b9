// SPDX-License-Identifier: BSD-2-Clause
// The functions of the HLS rows, one each; rules.c joins them with their texts.
#ifndef RUNG_VALIDATE_HLS_RULES_PRIVATE_H
#define RUNG_VALIDATE_HLS_RULES_PRIVATE_H

#include "manifests/validate/core/evidence.h"
#include "manifests/validate/core/findings.h"

// clang-format off
#define HLS_RUNS(X) \
    X(H3) X(H6) X(H7) X(H11) X(H13) \
    X(M1) X(M2) X(M3) X(M4) X(M6) X(M7) X(M8) X(M9) X(M11) X(M12) X(M13) X(M14) X(M15) X(M16) \
    X(M17) X(M18) X(M19) X(M20) X(M21) X(M22) X(M23) X(M24) X(M25) X(M26) X(M29) X(M30) X(M32) \
    X(M33) X(M34) X(M35) X(M36) X(M37) X(M38) X(M39) X(M40) X(M41) \
    X(V1) X(V2) X(V3) X(V4) X(V5) X(V6) X(V7) X(V8) X(V9) X(V10) X(V11) X(V12) X(V13) X(V14) \
    X(V15) X(V16) X(V17) X(V18) X(V20) X(V21) X(V22) X(V23) X(V24) X(V25) X(V26) X(V27) \
    X(V28) X(V29) X(V30) X(V31) X(V32) X(V33) X(V34) X(V35) X(V36) X(V37) X(V38) X(V39) X(V40) \
    X(V41) X(V42) X(V43) X(V44) X(V45) X(V46) X(V47) X(V48) X(V49) X(V50) X(S32) \
    X(H14) X(H15) X(H16) X(M42) X(M43) X(M44) X(M45) X(M46) X(M47) X(M48) X(M49) X(M50)
// clang-format on

#define HLS_RUN_DECLARE(rule)                                                                      \
    void hls_run_##rule(const struct evidence *evidence, struct findings *findings);
HLS_RUNS(HLS_RUN_DECLARE)
#undef HLS_RUN_DECLARE

#endif
