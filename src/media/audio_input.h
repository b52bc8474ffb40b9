// SPDX-License-Identifier: BSD-2-Clause
// The reading half of an audio track: stereo 48 kHz float samples on the output
// timeline, without gap, from sample 0 to as many as are asked for.
#ifndef RUNG_MEDIA_AUDIO_INPUT_H
#define RUNG_MEDIA_AUDIO_INPUT_H

#include "src/media/audio.h"

struct audio_input;

bool audio_input_open(const struct audio_spec *spec, struct audio_input **ret_input,
                      struct err *err);
void audio_input_free(struct audio_input **input);

// Fills planes[c][0..count): the next samples of the timeline. Past the end of the
// source it is silence.
bool audio_input_read(struct audio_input *input, float *const *planes, int count, struct err *err);

int64_t audio_input_silence(const struct audio_input *input); // samples filled in
int64_t audio_input_damaged(const struct audio_input *input);

#endif
