// SPDX-License-Identifier: BSD-2-Clause
// SARIF 2.1.0 (OASIS), for code-scanning services: one run, the rules that fired, one
// result for each finding.
#include <jansson.h>

#include "manifests/validate/report/order_private.h"
#include "src/base/json.h"
#include "src/base/uri.h"

static const char *const levels[LEVEL_COUNT] = {"note", "warning", "error"};

static json_t *rules_to_json(const struct report_input *input)
{
    json_t *list = json_array();
    for (size_t id = 0; id < RULE_COUNT; id++) {
        const struct rule_row *row = input->rules->rows[id];
        if (!row)
            continue;
        json_array_append_new(list, json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}}", "id",
                                              rule_id_name(row->id), "shortDescription", "text",
                                              row->statement, "fullDescription", "text",
                                              row->source, "help", "text", row->fix,
                                              "defaultConfiguration", "level", levels[row->level]));
    }
    return list;
}

static json_t *location_to_json(const struct finding *finding)
{
    AUTO(buf_done) struct buf uri = {0};
    json_t *physical = json_object();
    json_t *region = json_object();
    uri_append_path(&uri, finding->file);
    buf_append(&uri, "", 1);
    json_object_set_new(physical, "artifactLocation",
                        json_pack("{s:s}", "uri", (const char *)uri.data));
    if (finding->line > 0)
        json_object_set_new(region, "startLine", json_integer(finding->line));
    else if (finding->byte >= 0)
        json_object_set_new(region, "byteOffset", json_integer(finding->byte));
    if (json_object_size(region))
        json_object_set_new(physical, "region", region);
    else
        json_decref(region);
    json_t *location = json_object();
    json_object_set_new(location, "physicalLocation", physical);
    if (finding->path)
        json_object_set_new(
            location, "logicalLocations",
            json_pack("[{s:o}]", "fullyQualifiedName", json_text_lossy(finding->path)));
    return location;
}

static json_t *result_to_json(const struct report_input *input, const struct finding *finding)
{
    const struct rule_row *row = finding_row(input, finding);
    json_t *properties = json_object();
    if (finding->track)
        json_object_set_new(properties, "track", json_text_lossy(finding->track));
    if (finding->stated)
        json_object_set_new(properties, "stated", json_text_lossy(finding->stated));
    if (finding->measured)
        json_object_set_new(properties, "measured", json_text_lossy(finding->measured));
    return json_pack("{s:s, s:s, s:{s:o}, s:[o], s:o}", "ruleId", rule_id_name(row->id), "level",
                     levels[row->level], "message", "text", json_text_lossy(finding->message),
                     "locations", location_to_json(finding), "properties", properties);
}

void report_sarif(const struct report_input *input, struct buf *ret)
{
    struct order order;
    order_build(input, &order);
    json_t *results = json_array();
    for (size_t i = 0; i < order.count; i++)
        json_array_append_new(results, result_to_json(input, order.items[i]));
    json_t *root = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:o}]}", "$schema",
                             "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0",
                             "runs", "tool", "driver", "name", "rung validate", "version",
                             RUNG_VERSION, "rules", rules_to_json(input), "results", results);
    char *text = json_dumps(root, JSON_INDENT(2));
    buf_printf(ret, "%s\n", text ? text : "{}");
    MEM_FREE(text);
    json_decref(root);
    order_done(&order);
}
