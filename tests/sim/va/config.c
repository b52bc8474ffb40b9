// SPDX-License-Identifier: BSD-2-Clause
// Profiles, what can be done with each, and its attributes.
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "faults.h"

struct ability {
    VAProfile profile;
    VAEntrypoint entrypoint;
    const char *codec; // as the faults name it
    bool is_wide;
};

static const struct ability abilities[] = {
    {VAProfileNone, VAEntrypointVideoProc, NULL, true},
    {VAProfileH264ConstrainedBaseline, VAEntrypointVLD, "h264", false},
    {VAProfileH264Main, VAEntrypointVLD, "h264", false},
    {VAProfileH264High, VAEntrypointVLD, "h264", false},
    {VAProfileHEVCMain, VAEntrypointVLD, "hevc", false},
    {VAProfileHEVCMain10, VAEntrypointVLD, "hevc", true},
    {VAProfileH264ConstrainedBaseline, VAEntrypointEncSlice, "h264", false},
    {VAProfileH264Main, VAEntrypointEncSlice, "h264", false},
    {VAProfileH264High, VAEntrypointEncSlice, "h264", false},
};
#define ABILITIES (sizeof abilities / sizeof abilities[0])

static bool is_there(const struct ability *ability)
{
    switch (ability->entrypoint) {
    case VAEntrypointVLD:
        return !fault_names(FAULT_NO_DECODER, 0, ability->codec) ||
               !fault_fires(FAULT_NO_DECODER, 0);
    case VAEntrypointEncSlice:
        return !fault_fires(FAULT_NO_ENCODER, 0);
    default:
        return true;
    }
}

static const struct ability *find(VAProfile profile, VAEntrypoint entrypoint)
{
    for (size_t i = 0; i < ABILITIES; i++)
        if (abilities[i].profile == profile && abilities[i].entrypoint == entrypoint)
            return is_there(&abilities[i]) ? &abilities[i] : NULL;
    return NULL;
}

static VAStatus query_profiles(VADriverContextP va, VAProfile *profiles, int *count)
{
    (void)va;
    *count = 0;
    for (size_t i = 0; i < ABILITIES; i++) {
        int at = 0;
        while (at < *count && profiles[at] != abilities[i].profile)
            at++;
        if (at == *count && is_there(&abilities[i]))
            profiles[(*count)++] = abilities[i].profile;
    }
    return VA_STATUS_SUCCESS;
}

static VAStatus query_entrypoints(VADriverContextP va, VAProfile profile, VAEntrypoint *entrypoints,
                                  int *count)
{
    (void)va;
    *count = 0;
    for (size_t i = 0; i < ABILITIES; i++)
        if (abilities[i].profile == profile && is_there(&abilities[i]))
            entrypoints[(*count)++] = abilities[i].entrypoint;
    return *count > 0 ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
}

static uint32_t encoder_attribute(VAConfigAttribType type)
{
    switch (type) {
    case VAConfigAttribRateControl:
        return VA_RC_CQP | VA_RC_CBR | VA_RC_VBR;
    case VAConfigAttribEncPackedHeaders:
        return VA_ENC_PACKED_HEADER_SEQUENCE | VA_ENC_PACKED_HEADER_PICTURE |
               VA_ENC_PACKED_HEADER_SLICE | VA_ENC_PACKED_HEADER_MISC |
               VA_ENC_PACKED_HEADER_RAW_DATA;
    case VAConfigAttribEncMaxRefFrames:
        return 1u << 16 | 1u; // backwards, forwards
    case VAConfigAttribEncMaxSlices:
        return 1;
    case VAConfigAttribEncSliceStructure:
        return VA_ENC_SLICE_STRUCTURE_ARBITRARY_ROWS;
    case VAConfigAttribEncQualityRange:
        return 7;
    default:
        return VA_ATTRIB_NOT_SUPPORTED;
    }
}

static uint32_t attribute(const struct ability *ability, VAConfigAttribType type)
{
    switch (type) {
    case VAConfigAttribRTFormat:
        return VA_RT_FORMAT_YUV420 | (ability->is_wide ? VA_RT_FORMAT_YUV420_10 : 0u);
    case VAConfigAttribMaxPictureWidth:
    case VAConfigAttribMaxPictureHeight:
        return MAX_SIDE_PX;
    case VAConfigAttribDecSliceMode:
        return VA_DEC_SLICE_MODE_NORMAL;
    default:
        return ability->entrypoint == VAEntrypointEncSlice ? encoder_attribute(type)
                                                           : VA_ATTRIB_NOT_SUPPORTED;
    }
}

static VAStatus get_attributes(VADriverContextP va, VAProfile profile, VAEntrypoint entrypoint,
                               VAConfigAttrib *attributes, int count)
{
    (void)va;
    const struct ability *ability = find(profile, entrypoint);
    if (!ability)
        return VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT;
    for (int i = 0; i < count; i++)
        attributes[i].value = attribute(ability, attributes[i].type);
    return VA_STATUS_SUCCESS;
}

static VAStatus create_config(VADriverContextP va, VAProfile profile, VAEntrypoint entrypoint,
                              VAConfigAttrib *attributes, int count, VAConfigID *ret)
{
    struct driver *driver = driver_of(va);
    const struct ability *ability = find(profile, entrypoint);
    if (!ability)
        return VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT;
    for (int i = 0; i < count; i++) {
        uint32_t can = attribute(ability, attributes[i].type);
        if (attributes[i].type == VAConfigAttribRTFormat && !(attributes[i].value & can))
            return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
    }
    struct config *config = calloc(1, sizeof *config);
    if (!config)
        return VA_STATUS_ERROR_ALLOCATION_FAILED;
    config->profile = profile;
    config->entrypoint = entrypoint;
    for (int i = 0; i < count; i++)
        if (attributes[i].type == VAConfigAttribRateControl)
            config->rate_control = attributes[i].value;
    VAStatus status = driver_enter(driver);
    if (status == VA_STATUS_SUCCESS) {
        *ret = objects_add(&driver->objects[OBJECT_CONFIG], OBJECT_CONFIG, config);
        if (*ret == VA_INVALID_ID)
            status = VA_STATUS_ERROR_ALLOCATION_FAILED;
    }
    if (status != VA_STATUS_SUCCESS)
        free(config);
    return driver_leave(driver, status);
}

static VAStatus destroy_config(VADriverContextP va, VAConfigID id)
{
    struct driver *driver = driver_of(va);
    driver_enter(driver);
    struct config *config = objects_take(&driver->objects[OBJECT_CONFIG], OBJECT_CONFIG, id);
    VAStatus status = config ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_CONFIG;
    free(config);
    return driver_leave(driver, status);
}

static VAStatus query_config(VADriverContextP va, VAConfigID id, VAProfile *profile,
                             VAEntrypoint *entrypoint, VAConfigAttrib *attributes, int *count)
{
    struct driver *driver = driver_of(va);
    driver_enter(driver);
    struct config *config = objects_get(&driver->objects[OBJECT_CONFIG], OBJECT_CONFIG, id);
    if (config) {
        *profile = config->profile;
        *entrypoint = config->entrypoint;
        attributes[0] = (VAConfigAttrib){VAConfigAttribRTFormat, VA_RT_FORMAT_YUV420};
        *count = 1;
    }
    return driver_leave(driver, config ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_CONFIG);
}

static VASurfaceAttrib number(VASurfaceAttribType type, int value)
{
    return (VASurfaceAttrib){
        .type = type,
        .flags = VA_SURFACE_ATTRIB_GETTABLE | VA_SURFACE_ATTRIB_SETTABLE,
        .value = {.type = VAGenericValueTypeInteger, .value.i = value},
    };
}

static VAStatus query_surface_attributes(VADriverContextP va, VAConfigID id, VASurfaceAttrib *ret,
                                         unsigned *count)
{
    struct driver *driver = driver_of(va);
    driver_enter(driver);
    const struct config *config = objects_get(&driver->objects[OBJECT_CONFIG], OBJECT_CONFIG, id);
    const struct ability *ability = config ? find(config->profile, config->entrypoint) : NULL;
    VASurfaceAttrib all[7];
    unsigned used = 0;
    if (ability) {
        all[used++] = number(VASurfaceAttribPixelFormat, VA_FOURCC_NV12);
        if (ability->is_wide)
            all[used++] = number(VASurfaceAttribPixelFormat, VA_FOURCC_P010);
        all[used++] = number(VASurfaceAttribMinWidth, 16);
        all[used++] = number(VASurfaceAttribMinHeight, 16);
        all[used++] = number(VASurfaceAttribMaxWidth, MAX_SIDE_PX);
        all[used++] = number(VASurfaceAttribMaxHeight, MAX_SIDE_PX);
        all[used++] = number(VASurfaceAttribMemoryType, VA_SURFACE_ATTRIB_MEM_TYPE_VA);
    }
    VAStatus status = ability ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_CONFIG;
    if (ability && ret && *count < used)
        status = VA_STATUS_ERROR_MAX_NUM_EXCEEDED;
    else if (ability && ret)
        memcpy(ret, all, used * sizeof *ret);
    *count = used;
    return driver_leave(driver, status);
}

void fill_config(struct VADriverVTable *table)
{
    table->vaQueryConfigProfiles = query_profiles;
    table->vaQueryConfigEntrypoints = query_entrypoints;
    table->vaGetConfigAttributes = get_attributes;
    table->vaCreateConfig = create_config;
    table->vaDestroyConfig = destroy_config;
    table->vaQueryConfigAttributes = query_config;
    table->vaQuerySurfaceAttributes = query_surface_attributes;
}
