// SPDX-License-Identifier: BSD-2-Clause
// The XML under the MPD writer. libxml2 escapes; text from outside is made clean
// here, since XML 1.0 has no spelling at all for most control characters.
#ifndef RUNG_MANIFESTS_DASH_PRIVATE_H
#define RUNG_MANIFESTS_DASH_PRIVATE_H

#include <libxml/xmlwriter.h>
#include <stdbool.h>

#include "packager/presentation.h"
#include "src/base/err.h"
#include "src/base/mem.h"

struct dash_writer {
    xmlBufferPtr bytes;
    xmlTextWriterPtr xml;
    bool has_failed; // libxml2 refused something; finish says so
    int min_buffer_time_s;
};

void dash_writer_init(struct dash_writer *w); // starts the document
bool dash_writer_finish(struct dash_writer *w, struct buf *ret, struct err *err);
void dash_writer_done(struct dash_writer *w);

void dash_open(struct dash_writer *w, const char *element);
void dash_close(struct dash_writer *w);
void dash_element_text(struct dash_writer *w, const char *element, const char *text);

// Attributes of the element just opened, before any child.
void dash_attribute(struct dash_writer *w, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void dash_attribute_text(struct dash_writer *w, const char *name, const char *text);
void dash_attribute_rate(struct dash_writer *w, const char *name, struct rational rate);
// xs:duration, rounded up to the microsecond.
void dash_attribute_duration(struct dash_writer *w, const char *name, struct rational seconds);

bool dash_has_frame_rate(const struct presentation_track *track);

// True when one template with $RepresentationID$ and one timeline serve every track
// of first's switching set.
bool dash_set_shares_template(const struct presentation *presentation,
                              const struct presentation_track *first);
// SegmentTemplate with its SegmentTimeline; is_shared: with $RepresentationID$.
void dash_write_template(struct dash_writer *w, const struct presentation_track *track,
                         bool is_shared);

#endif
