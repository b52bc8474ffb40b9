// SPDX-License-Identifier: BSD-2-Clause
// From what a person gives to addresses, from references to addresses, from addresses to
// names. The policy of what may be followed stands here; nothing is read.
#include "manifests/validate/fetch/origin_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/text.h"
#include "src/base/uri.h"
#include "src/net/http_fetch.h"

#define SHOWN_MAX 160 // bytes of a reference in a message

#define TEXT_OF(number)  TEXT_OF_(number)
#define TEXT_OF_(number) #number
static const char too_long[] = "the address is longer than " TEXT_OF(ORIGIN_ADDRESS_MAX) " bytes";

static bool has_control(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return true;
    return false;
}

static char *shown_reference(const char *reference)
{
    size_t length = strcspn(reference, "?#");
    bool has_query = reference[length] == '?';
    AUTO_FREE char *start =
        mem_printf("%.*s", (int)(length < SHOWN_MAX ? length : SHOWN_MAX), reference);
    AUTO_FREE char *masked = http_fetch_masked(start);
    AUTO_FREE char *clean = text_clean(masked);
    return mem_printf("%s%s", clean, length > SHOWN_MAX ? "…" : has_query ? "?…" : "");
}

static bool refuse(struct err *err, const char *reference, const char *why)
{
    AUTO_FREE char *shown = shown_reference(reference);
    return err_set(err, ERR_INPUT, "%s: %s", shown, why);
}

static bool is_web(const struct uri *uri)
{
    return uri_part_is(&uri->scheme, "http") || uri_part_is(&uri->scheme, "https");
}

bool origin_path_of(const char *address, char **ret_path, struct err *err)
{
    struct uri uri;
    uri_split(address, &uri);
    bool is_here = uri.authority.length == 0 || uri_part_is(&uri.authority, "localhost");
    if (!uri_part_is(&uri.scheme, "file") || !is_here)
        return refuse(err, address, "names a file of another machine");
    if (uri.path.length == 0 || uri.path.text[0] != '/' ||
        !uri_decode_path(uri.path.text, uri.path.length, ret_path))
        return refuse(err, address, "hides \"/\" or \"..\" behind percent-encoding");
    return true;
}

static char *file_address(const char *path)
{
    AUTO(buf_done) struct buf address = {0};
    buf_printf(&address, "file://");
    uri_append_path(&address, path);
    buf_put_u8(&address, 0);
    return (char *)MEM_MOVE(address.data);
}

static bool follow_file(const struct origin *origin, const char *whole, const char *reference,
                        char **ret_address, struct err *err)
{
    const char *rest;
    AUTO_FREE char *path = NULL;
    if (!origin_path_of(whole, &path, err))
        return false;
    if (!origin_root_of(origin, path, &rest))
        return refuse(err, reference,
                      reference[0] == '/'
                          ? "a path from a server's root, which a folder does not have"
                          : "leads out of the folder that was given");
    AUTO_FREE char *address = file_address(path);
    if (strlen(address) > ORIGIN_ADDRESS_MAX)
        return refuse(err, reference, too_long);
    *ret_address = MEM_MOVE(address);
    return true;
}

static bool follow_web(struct origin *origin, const char *whole, const char *reference,
                       char **ret_address, struct err *err)
{
    struct web_site site;
    AUTO_FREE char *shown = shown_reference(reference);
    AUTO_FREE char *address = NULL;
    if (!web_address_build(whole, shown, &address, &site, err))
        return false;
    if (!origin_site_allowed(origin, &site))
        return refuse(err, reference,
                      "leads to a host of a private network, from a document that may come from "
                      "anywhere");
    *ret_address = MEM_MOVE(address);
    return true;
}

bool origin_follow(struct origin *origin, const char *base_address, const char *reference,
                   char **ret_address, struct err *err)
{
    if (strlen(reference) > ORIGIN_ADDRESS_MAX)
        return refuse(err, reference, too_long);
    if (has_control(reference))
        return refuse(err, reference, "the reference has control characters in it");
    AUTO_FREE char *whole = uri_resolve(base_address, reference);
    struct uri base, uri;
    uri_split(base_address, &base);
    uri_split(whole, &uri);
    if (is_web(&uri))
        return follow_web(origin, whole, reference, ret_address, err);
    if (!uri_part_is(&uri.scheme, "file")) {
        AUTO_FREE char *why = mem_printf("addresses of the scheme %.*s: are not read",
                                         (int)(uri.scheme.length < 32 ? uri.scheme.length : 32),
                                         uri.scheme.is_there ? uri.scheme.text : "");
        return refuse(err, reference, why);
    }
    if (!uri_part_is(&base.scheme, "file"))
        return refuse(err, reference, "leads from the web to a file");
    return follow_file(origin, whole, reference, ret_address, err);
}

char *origin_name_of(const struct origin *origin, const char *address)
{
    AUTO_FREE char *path = NULL;
    const char *rest;
    const struct origin_root *root = NULL;
    if (strncmp(address, "file:", 5) == 0 && origin_path_of(address, &path, NULL))
        root = origin_root_of(origin, path, &rest);
    if (root) {
        AUTO_FREE char *name = mem_printf("%s%s", root->prefix, rest);
        return text_clean(*name ? name : ".");
    }
    size_t base = origin->first_base ? strlen(origin->first_base) : 0;
    size_t length = strcspn(address, "?#");
    if (base > 0 && length > base && strncmp(address, origin->first_base, base) == 0)
        return mem_printf("%.*s%s", (int)(length - base), address + base,
                          address[length] == '?' ? "?…" : "");
    AUTO_FREE char *masked = http_fetch_masked(address);
    return text_clean(masked);
}

bool origin_resolve(struct origin *origin, const char *base_address, const char *reference,
                    char **ret_address, char **ret_name, struct err *err)
{
    if (!origin_follow(origin, base_address, reference, ret_address, err))
        return false;
    *ret_name = origin_name_of(origin, *ret_address);
    return true;
}

static void add_root(struct origin *origin, const char *real, char *prefix)
{
    size_t length = strlen(real);
    if (length > 0 && real[length - 1] == '/')
        length--; // only "/" itself ends so
    AUTO_FREE char *path = mem_printf("%.*s", (int)length, real);
    for (size_t i = 0; i < origin->root_count; i++)
        if (strcmp(origin->roots[i].path, path) == 0) {
            MEM_FREE(prefix);
            return;
        }
    origin->roots = mem_realloc(origin->roots, origin->root_count + 1, sizeof *origin->roots);
    origin->roots[origin->root_count++] = (struct origin_root){
        .path = MEM_MOVE(path),
        .prefix = prefix,
        .fd = open(real, O_PATH | O_DIRECTORY | O_CLOEXEC),
    };
}

// What stands before names below a given folder: nothing for the first input.
static char *prefix_of(const struct origin *origin, const char *folder, size_t length)
{
    while (length > 1 && folder[length - 1] == '/')
        length--;
    if (!origin->has_first || length == 0)
        return mem_strdup("");
    return mem_printf("%.*s%s", (int)length, folder, folder[length - 1] == '/' ? "" : "/");
}

static bool take_folder(struct origin *origin, const char *path, char **ret_address,
                        struct err *err)
{
    AUTO_FREE char *real = realpath(path, NULL);
    if (!real)
        return err_set(err, ERR_INPUT, "%s: %s", path, strerror(errno));
    add_root(origin, real, prefix_of(origin, path, strlen(path)));
    AUTO_FREE char *with_slash = mem_printf("%s%s", real, strcmp(real, "/") == 0 ? "" : "/");
    *ret_address = file_address(with_slash);
    return true;
}

static bool take_file(struct origin *origin, const char *path, char **ret_address, struct err *err)
{
    const char *slash = strrchr(path, '/');
    size_t folder_length = slash ? (size_t)(slash - path) : 0;
    AUTO_FREE char *folder =
        slash ? mem_printf("%.*s/", (int)folder_length, path) : mem_strdup(".");
    AUTO_FREE char *real = realpath(folder, NULL);
    if (!real)
        return err_set(err, ERR_INPUT, "%s: %s", path, strerror(errno));
    add_root(origin, real, prefix_of(origin, path, slash ? folder_length : 0));
    AUTO_FREE char *whole =
        mem_printf("%s/%s", strcmp(real, "/") == 0 ? "" : real, slash ? slash + 1 : path);
    struct stat st;
    if (lstat(whole, &st) == 0 && S_ISLNK(st.st_mode)) {
        origin->given_files = mem_realloc(origin->given_files, origin->given_file_count + 1,
                                          sizeof *origin->given_files);
        origin->given_files[origin->given_file_count++] = mem_strdup(whole);
    }
    *ret_address = file_address(whole);
    return true;
}

static bool take_path(struct origin *origin, const char *path, char **ret_address, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return err_set(err, ERR_INPUT, "%s: %s", path, strerror(errno));
    if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
        return err_set(err, ERR_INPUT, "%s: neither a file nor a folder", path);
    return S_ISDIR(st.st_mode) ? take_folder(origin, path, ret_address, err)
                               : take_file(origin, path, ret_address, err);
}

// The texts of headers may be secrets: only their place in the list is told.
static bool check_headers(const struct origin *origin, struct err *err)
{
    for (size_t i = 0; i < origin->header_count; i++) {
        const char *header = origin->headers[i];
        size_t name = strspn(header, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789!#$%&'*+-.^_`|~");
        if (name == 0 || header[name] != ':' || has_control(header))
            return err_set(err, ERR_CONFIG, "header %zu is not of the form \"Name: value\"", i + 1);
    }
    return true;
}

static bool take_web(struct origin *origin, const char *given, char **ret_address, struct err *err)
{
    struct web_site site;
    AUTO_FREE char *shown = shown_reference(given);
    AUTO_FREE char *address = NULL;
    if (!check_headers(origin, err))
        return false;
    if (has_control(given))
        return refuse(err, given, "the address has control characters in it");
    if (!web_address_build(given, shown, &address, &site, err))
        return false;
    pthread_mutex_lock(&origin->mutex);
    struct origin_host *host = origin_host_find(origin, &site);
    enum peer_reach reach;
    if (host)
        host->is_given = true;
    if (peer_reach_of_host(site.host, &reach) && reach > origin->reach)
        origin->reach = reach;
    pthread_mutex_unlock(&origin->mutex);
    if (!host)
        return err_set(err, ERR_INPUT, "more than %d hosts were given", ORIGIN_HOSTS_MAX);
    if (!origin->has_header_site) {
        origin->has_header_site = true;
        origin->header_site = site;
    }
    if (!origin->has_first) {
        struct uri uri;
        uri_split(address, &uri);
        const char *slash = memrchr(uri.path.text, '/', uri.path.length);
        origin->first_base = mem_printf("%.*s", (int)(slash + 1 - address), address);
    }
    *ret_address = MEM_MOVE(address);
    return true;
}

bool origin_address(struct origin *origin, const char *given, char **ret_address, struct err *err)
{
    struct uri uri;
    uri_split(given, &uri);
    // "a:b" may be a file; "a://b" is meant as an address.
    bool has_scheme =
        uri.scheme.is_there && strncmp(uri.scheme.text + uri.scheme.length, "://", 3) == 0;
    AUTO_FREE char *path = NULL;
    bool ok;
    if (has_scheme && is_web(&uri))
        ok = take_web(origin, given, ret_address, err);
    else if (has_scheme && uri_part_is(&uri.scheme, "file"))
        ok = origin_path_of(given, &path, err) && take_path(origin, path, ret_address, err);
    else if (has_scheme)
        return err_set(err, ERR_INPUT, "%.*s: addresses of this scheme are not read",
                       (int)(uri.scheme.length < 32 ? uri.scheme.length : 32), given);
    else
        ok = take_path(origin, given, ret_address, err);
    origin->has_first |= ok;
    return ok;
}
