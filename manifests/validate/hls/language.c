// SPDX-License-Identifier: BSD-2-Clause
// Language tags and codes.
#include "manifests/validate/hls/language.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "src/base/mem.h"

#define TAG_MAX 200 // bytes; RFC 5646 4.4.1 expects far less

// ISO 639-1, ISO 639-2/T, 639-2/B where that differs, and what is used for the same.
static const char codes[] =
    "aa aar,ab abk,ae ave,af afr,ak aka,am amh,an arg,ar ara arb,as asm,av ava,ay aym,az aze,"
    "ba bak,be bel,bg bul,bh bih,bi bis,bm bam,bn ben,bo bod tib,br bre,bs bos,ca cat,ce che,"
    "ch cha,co cos,cr cre,cs ces cze,cu chu,cv chv,cy cym wel,da dan,de deu ger,dv div,dz dzo,"
    "ee ewe,el ell gre,en eng,eo epo,es spa,et est ekk,eu eus baq,fa fas per pes,ff ful,fi fin,"
    "fj fij,fo fao,fr fra fre,fy fry,ga gle,gd gla,gl glg,gn grn,gu guj,gv glv,ha hau,"
    "he heb iw,hi hin,ho hmo,hr hrv,ht hat,hu hun,hy hye arm,hz her,ia ina,id ind in,ie ile,"
    "ig ibo,ii iii,ik ipk,io ido,is isl ice,it ita,iu iku,ja jpn,jv jav,ka kat geo,kg kon,"
    "ki kik,kj kua,kk kaz,kl kal,km khm,kn kan,ko kor,kr kau,ks kas,ku kur,kv kom,kw cor,"
    "ky kir,la lat,lb ltz,lg lug,li lim,ln lin,lo lao,lt lit,lu lub,lv lav lvs,mg mlg,mh mah,"
    "mi mri mao,mk mkd mac,ml mal,mn mon,mr mar,ms msa may zsm,mt mlt,my mya bur,na nau,nd nde,"
    "ne nep,ng ndo,nl nld dut,no nor nb nob nn nno,nr nbl,nv nav,ny nya,oc oci,oj oji,om orm,"
    "or ori,os oss,pa pan,pi pli,pl pol,ps pus,pt por,qu que,rm roh,rn run,ro ron rum,ru rus,"
    "rw kin,sa san,sc srd,sd snd,se sme,sg sag,si sin,sk slk slo,sl slv,sm smo,sn sna,so som,"
    "sq sqi alb als,sr srp,ss ssw,st sot,su sun,sv swe,sw swa swh,ta tam,te tel,tg tgk,th tha,"
    "ti tir,tk tuk,tl tgl fil,tn tsn,to ton,tr tur,ts tso,tt tat,tw twi,ty tah,ug uig,uk ukr,"
    "ur urd,uz uzb,ve ven,vi vie,vo vol,wa wln,wo wol,xh xho,yi yid ji,yo yor,za zha,"
    "zh zho chi cmn yue,zu zul";

struct subtag {
    const char *text;
    size_t length;
};

static bool is_alpha(const struct subtag *subtag, size_t least, size_t most)
{
    for (size_t i = 0; i < subtag->length; i++)
        if (!isalpha((unsigned char)subtag->text[i]))
            return false;
    return subtag->length >= least && subtag->length <= most;
}

static bool is_alnum(const struct subtag *subtag, size_t least, size_t most)
{
    for (size_t i = 0; i < subtag->length; i++)
        if (!isalnum((unsigned char)subtag->text[i]))
            return false;
    return subtag->length >= least && subtag->length <= most;
}

static bool is_region(const struct subtag *subtag)
{
    return is_alpha(subtag, 2, 2) ||
           (subtag->length == 3 && strspn(subtag->text, "0123456789") >= 3);
}

static bool is_variant(const struct subtag *subtag)
{
    return is_alnum(subtag, 5, 8) ||
           (is_alnum(subtag, 4, 4) && isdigit((unsigned char)subtag->text[0]));
}

// The subtags of a text; 0 when one is empty or there are too many.
static size_t split(const char *text, struct subtag *ret, size_t most)
{
    size_t count = 0;
    for (;;) {
        size_t length = strcspn(text, "-");
        if (length == 0 || count == most)
            return 0;
        ret[count++] = (struct subtag){text, length};
        if (!text[length])
            return count;
        text += length + 1;
    }
}

// Extensions (a letter or digit, then subtags of 2 to 8) and private use (x, then 1 to 8).
static bool is_tail(const struct subtag *subtags, size_t count)
{
    size_t i = 0;
    while (i < count) {
        bool is_private = subtags[i].length == 1 && (*subtags[i].text | 0x20) == 'x';
        size_t start = i;
        if (!is_alnum(&subtags[i], 1, 1))
            return false;
        for (i++; i < count && is_alnum(&subtags[i], is_private ? 1 : 2, 8); i++)
            ;
        if (i == start + 1)
            return false;
    }
    return true;
}

bool language_is_tag(const char *text)
{
    struct subtag subtags[32];
    if (strlen(text) > TAG_MAX)
        return false;
    size_t count = split(text, subtags, ARRAY_LEN(subtags));
    size_t i = 1;
    if (count == 0)
        return false;
    if (subtags[0].length == 1) // i-klingon and the like, x-private
        return count > 1 && ((*subtags[0].text | 0x20) == 'i' || is_tail(subtags, count));
    // Four letters are kept for later, and of five to eight none was ever registered: what
    // has as many is the name of a language (RFC 5646 2.2.1).
    if (!is_alpha(&subtags[0], 2, 3))
        return false;
    for (size_t n = 0; n < 3 && i < count && is_alpha(&subtags[i], 3, 3); n++)
        i++; // extended languages
    i += i < count && is_alpha(&subtags[i], 4, 4);
    i += i < count && is_region(&subtags[i]);
    while (i < count && is_variant(&subtags[i]))
        i++;
    return is_tail(subtags + i, count - i);
}

static bool says_nothing(const char *text, size_t length)
{
    return length == 0 ||
           (length == 3 && (strncasecmp(text, "und", 3) == 0 || strncasecmp(text, "mul", 3) == 0 ||
                            strncasecmp(text, "zxx", 3) == 0));
}

// Whether a row of the table holds both codes.
static bool are_in_one_row(const struct subtag *a, const struct subtag *b)
{
    for (const char *row = codes; *row;) {
        size_t length = strcspn(row, ",");
        bool has_a = false, has_b = false;
        for (size_t i = 0; i < length; i++) {
            size_t word = strcspn(row + i, " ,");
            has_a |= word == a->length && strncasecmp(row + i, a->text, word) == 0;
            has_b |= word == b->length && strncasecmp(row + i, b->text, word) == 0;
            i += word;
        }
        if (has_a && has_b)
            return true;
        row += length + (row[length] == ',');
    }
    return false;
}

bool language_is_same(const char *a, const char *b)
{
    struct subtag x = {a, a ? strcspn(a, "-") : 0};
    struct subtag y = {b, b ? strcspn(b, "-") : 0};
    if (says_nothing(a, x.length) || says_nothing(b, y.length))
        return true;
    if (x.length == y.length && strncasecmp(a, b, x.length) == 0)
        return true;
    // Four letters and more, and private codes (qaa to qtz), are in no table.
    bool is_private = (x.length == 3 && (a[0] | 0x20) == 'q' && (a[1] | 0x20) <= 't') ||
                      (y.length == 3 && (b[0] | 0x20) == 'q' && (b[1] | 0x20) <= 't');
    return is_private || are_in_one_row(&x, &y);
}
