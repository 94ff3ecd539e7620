# For tests: what tests/address-sanitizer.sh builds with.
option(ACADEMICBERT_SANITIZERS "End the process at reads and writes outside of operands, and at overflows of integers" OFF)
if(ACADEMICBERT_SANITIZERS)
    set(sanitizers -fsanitize=address,bounds,shift,signed-integer-overflow,integer-divide-by-zero)
    add_compile_options(${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
    add_link_options(${sanitizers})
    # Checks as calls: checks in place take GCC several times as long to compile.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        add_compile_options("SHELL:--param asan-instrumentation-with-call-threshold=0")
    else()
        add_compile_options("SHELL:-mllvm -asan-instrumentation-with-call-threshold=0")
    endif()
endif()
