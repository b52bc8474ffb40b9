// SPDX-License-Identifier: BSD-2-Clause
// A web server inside the test: a thread per connection, one answer per connection,
// written byte for byte by the test's own function, so that it may be as wrong as it likes.
#ifndef RUNG_TESTS_UNIT_WEB_H
#define RUNG_TESTS_UNIT_WEB_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/base/mem.h"

struct web {
    // Answers a request; head is all of it. The connection is closed afterwards.
    void (*answer)(struct web *web, int fd, const char *path, const char *head);
    int fd;
    unsigned port;
    pthread_t thread;
    atomic_int requests;
    atomic_int live; // connections
};

struct web_visit {
    struct web *web;
    int fd;
};

static void web_send(int fd, const void *data, size_t size_bytes)
{
    const char *at = data;
    while (size_bytes > 0) {
        ssize_t sent = send(fd, at, size_bytes, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        at += sent;
        size_bytes -= (size_t)sent;
    }
}

static void web_say(int fd, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void web_say(int fd, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    AUTO_FREE char *text = mem_vprintf(fmt, args);
    va_end(args);
    web_send(fd, text, strlen(text));
}

// A plain good answer.
static void web_ok(int fd, const char *type, const void *body, size_t size_bytes)
{
    web_say(fd,
            "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n"
            "\r\n",
            type, size_bytes);
    web_send(fd, body, size_bytes);
}

static void *web_visit(void *self)
{
    struct web_visit *visit = self;
    char head[16384];
    size_t used = 0;
    while (used < sizeof head - 1) {
        ssize_t got = recv(visit->fd, head + used, sizeof head - 1 - used, 0);
        if (got <= 0)
            break;
        used += (size_t)got;
        head[used] = '\0';
        if (strstr(head, "\r\n\r\n"))
            break;
    }
    head[used] = '\0';
    char path[9000];
    if (sscanf(head, "GET %8999s", path) == 1) {
        atomic_fetch_add(&visit->web->requests, 1);
        visit->web->answer(visit->web, visit->fd, path, head);
    }
    shutdown(visit->fd, SHUT_WR);
    close(visit->fd);
    atomic_fetch_sub(&visit->web->live, 1);
    free(visit);
    return NULL;
}

static void *web_run(void *self)
{
    struct web *web = self;
    for (;;) {
        int fd = accept(web->fd, NULL, NULL);
        if (fd < 0)
            return NULL;
        struct web_visit *visit = mem_alloc(sizeof *visit);
        *visit = (struct web_visit){.web = web, .fd = fd};
        pthread_t thread;
        atomic_fetch_add(&web->live, 1);
        if (pthread_create(&thread, NULL, web_visit, visit) != 0)
            abort();
        pthread_detach(thread);
    }
}

static void web_start(struct web *web,
                      void (*answer)(struct web *, int, const char *, const char *))
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof place;
    static const char *const proxies[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                          "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
    for (size_t i = 0; i < ARRAY_LEN(proxies); i++)
        unsetenv(proxies[i]); // they would be asked for this machine
    *web = (struct web){.answer = answer, .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (bind(web->fd, (struct sockaddr *)&place, sizeof place) != 0 || listen(web->fd, 64) != 0 ||
        getsockname(web->fd, (struct sockaddr *)&place, &size) != 0 ||
        pthread_create(&web->thread, NULL, web_run, web) != 0)
        abort();
    web->port = ntohs(place.sin_port);
}

static void web_stop(struct web *web)
{
    shutdown(web->fd, SHUT_RDWR);
    pthread_join(web->thread, NULL);
    close(web->fd);
    for (int i = 0; i < 500 && atomic_load(&web->live) > 0; i++)
        usleep(10000);
}

#endif
