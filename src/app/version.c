// SPDX-License-Identifier: BSD-2-Clause
// Versions of rung and the libraries it runs on, and the resulting licence.
#include "src/app/version.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <string.h>

#include "src/base/json.h"
#include "src/media/libraries.h"

// The whole is under the strictest terms of its parts; see version_text.
static bool is_under_v3(void)
{
    return strstr(libraries_ffmpeg_licence(), "version 3") != NULL;
}

void version_text(struct buf *ret)
{
    struct library_version versions[LIBRARIES_MAX];
    size_t count = libraries_list(versions);
    buf_printf(ret, "rung %s\n\nRuns on:\n", RUNG_VERSION);
    for (size_t i = 0; i < count; i++)
        buf_printf(ret, "  %-14s %s\n", versions[i].name, versions[i].version);
    buf_printf(ret, "  %-14s %s\n", "jansson", jansson_version_str());
    buf_printf(ret, "  %-14s %s\n", "OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING));
    bool is_v3 = is_under_v3();
    buf_printf(
        ret,
        "\nLicence: Rung's source is under BSD-2-Clause. This binary is linked with libx264\n"
        "(GPL version 2 or later) and with FFmpeg libraries under \"%s\", so as\n"
        "a whole it is under GPL version %s or later.%s\n",
        libraries_ffmpeg_licence(), is_v3 ? "3" : "2",
        is_v3 ? ""
              : " Its OpenSSL, where that is 3.0 or\n"
                "newer, is under Apache-2.0, which only version 3 of the GPL admits.");
}

json_t *version_libraries(void)
{
    struct library_version versions[LIBRARIES_MAX];
    size_t count = libraries_list(versions);
    json_t *libraries = json_object();
    for (size_t i = 0; i < count; i++)
        json_object_set_new(libraries, versions[i].name, json_string(versions[i].version));
    json_object_set_new(libraries, "jansson", json_string(jansson_version_str()));
    json_object_set_new(libraries, "OpenSSL", json_string(OpenSSL_version(OPENSSL_VERSION_STRING)));
    return libraries;
}

void version_json(struct buf *ret)
{
    AUTO(json_free)
    json_t *json =
        json_pack("{s:s, s:o, s:s, s:s}", "rung", RUNG_VERSION, "libraries", version_libraries(),
                  "source_licence", "BSD-2-Clause", "binary_licence",
                  is_under_v3() ? "GPL-3.0-or-later" : "GPL-2.0-or-later");
    AUTO_FREE char *text = json_dumps(json, JSON_INDENT(2));
    buf_printf(ret, "%s\n", text);
}
