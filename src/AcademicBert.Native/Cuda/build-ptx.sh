#!/usr/bin/env bash
# Compiles the CUDA kernels to PTX with clang 19, without a toolkit, and keeps what the assembly embeds; with --check only compares, and
# fails when what is kept is not what the sources give. With --nvcc FOLDER it compiles with nvcc instead, into a folder, for a machine
# that has a toolkit.
set -euo pipefail
cd "$(dirname "$0")"
clang="${CLANG:-clang++-19}"
output="$(mktemp -d)"
trap 'rm -rf "$output"' EXIT

if [ "${1:-}" = --nvcc ]; then
    for target in 80 90; do
        nvcc -ptx -arch="compute_$target" -DAB_TENSOR_CORES -O3 -std=c++17 -o "$2/sm_$target.nvcc.ptx" Kernels.cu
    done
    exit
fi

# target and PTX version, the lowest that has what the kernels use
for pair in 70:63 80:70 90:78; do
    "$clang" -x cuda -nocudainc -nocudalib --cuda-device-only --cuda-gpu-arch="sm_${pair%:*}" --cuda-feature="+ptx${pair#*:}" \
        -O3 -std=c++17 -ffp-contract=fast -Wall -Wextra -Werror -Wno-unknown-cuda-version -S -o "$output/sm_${pair%:*}.ptx" Kernels.cu
done

# sm_90 differs in its header only, so that it is built and not kept.
if ! cmp -s <(grep -v '^\.\(version\|target\)' "$output/sm_80.ptx") <(grep -v '^\.\(version\|target\)' "$output/sm_90.ptx"); then
    echo 'sm_90 is no longer sm_80: keep it too.' >&2
    exit 1
fi
for target in 70 80; do
    if [ "${1:-}" = --check ]; then
        if ! cmp <(gzip -dc "Ptx/sm_$target.ptx.gz") "$output/sm_$target.ptx"; then
            echo "The kept PTX of sm_$target is not that of the sources: run $0." >&2
            exit 1
        fi
    else
        gzip -9 -n -c "$output/sm_$target.ptx" > "Ptx/sm_$target.ptx.gz"
    fi
done
