# Run as a script: writes the bytes of file IN as C, as the catalogue NAME, to file OUT.
file(READ ${IN} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "/* Made from ${NAME}; not to be edited. */
#include \"base/say_inner.h\"

static const unsigned char bytes[] = {
${bytes}
};

const struct say_catalogue ${NAME} = {bytes, sizeof bytes};
")
