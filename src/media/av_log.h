// SPDX-License-Identifier: BSD-2-Clause
// libav's own messages, led into our log at VERBOSE under the room "libav": what
// matters to the user reaches them as our errors, in our words.
#ifndef RUNG_MEDIA_AV_LOG_H
#define RUNG_MEDIA_AV_LOG_H

// Installs the callback; any number of times, from any thread.
void av_log_to_ours(void);

#endif
