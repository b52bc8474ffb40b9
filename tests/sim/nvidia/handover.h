// SPDX-License-Identifier: BSD-2-Clause
// What our parser gives to our decoder behind the client's back: the interface's own
// picture parameters stay empty, and a picture that is already decoded comes along.
#ifndef RUNG_SIM_HANDOVER_H
#define RUNG_SIM_HANDOVER_H

#include <libavutil/frame.h>

// In CUVIDPICPARAMS.Reserved[0]; pBitstreamData is then the struct below.
#define HANDOVER_MARK 0x52554e47u

struct handover {
    const AVFrame *picture;
};

#endif
