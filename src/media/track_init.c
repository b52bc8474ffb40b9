// SPDX-License-Identifier: BSD-2-Clause
// Sending init segments once.
#include "src/media/track_init.h"

#include <string.h>

#include "packager/codec_string.h"

void track_init_init(struct track_init *init)
{
    *init = (struct track_init){0};
    pthread_mutex_init(&init->lock, NULL);
}

void track_init_done(struct track_init *init)
{
    pthread_mutex_destroy(&init->lock);
    buf_done(&init->config);
}

static bool send_first(struct track_init *init, const char *track_id,
                       const struct cmaf_track_spec *spec, const struct media_sink *sink,
                       struct err *err)
{
    char codec[CODEC_STRING_SIZE];
    AUTO(buf_done) struct buf bytes = {0};
    if (!codec_string_build(spec->codec, spec->config, spec->config_size_bytes, codec, err) ||
        !cmaf_write_init(spec, &bytes, err))
        return false;
    struct media_init message = {
        .track_id = track_id,
        .codec = codec,
        .timescale_hz = spec->timescale_hz,
        .data = bytes.data,
        .size_bytes = bytes.size_bytes,
    };
    if (!sink->init(sink->self, &message, err))
        return false;
    buf_append(&init->config, spec->config, spec->config_size_bytes);
    init->is_sent = true;
    return true;
}

bool track_init_send(struct track_init *init, const char *track_id,
                     const struct cmaf_track_spec *spec, const struct media_sink *sink,
                     struct err *err)
{
    bool ok = true;
    pthread_mutex_lock(&init->lock);
    if (!init->is_sent)
        ok = send_first(init, track_id, spec, sink, err);
    else if (init->config.size_bytes != spec->config_size_bytes ||
             memcmp(init->config.data, spec->config, spec->config_size_bytes) != 0)
        ok = err_set(err, ERR_BUG, "%s: an encoder changed its parameter sets between spans",
                     track_id);
    pthread_mutex_unlock(&init->lock);
    return ok;
}
