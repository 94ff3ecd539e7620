#!/usr/bin/env bash
# Tests and measures on a CUDA machine that has a Python with PyTorch: run.sh [--results FOLDER] [STAGE...]; without stages, all of them.
# Each writes a log and what it measured as JSON; a table of all results comes last, and gpu.json holds the figures for docs/results.
# Stages:
#   machine  ptxas  shim  kernels  fixtures  step  peers  memory  pretrain
set -uo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
results="${OUT:-$here/results}"
if [ "${1:-}" = --results ]; then results="$2"; shift 2; fi
mkdir -p "$results"
stages=("$@")
[ "${#stages[@]}" -gt 0 ] || stages=(machine ptxas shim kernels fixtures step peers memory pretrain)

export ACADEMICBERT_LIBTORCH="${ACADEMICBERT_LIBTORCH:-$(python3 -c 'import os, torch; print(os.path.join(torch.__path__[0], "lib"))')}"
export ACADEMICBERT_KERNELS=require ACADEMICBERT_FIXTURES="$here/fixtures" NVIDIA_TF32_OVERRIDE=0
large=(--layers 24 --hidden 1024 --heads 16 --ffn 4096)
bench="$here/app/AcademicBert.Benchmarks"
last_json() { grep '^{' "$1" | tail -1; }

machine() {
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
    python3 -c 'import torch; print("torch", torch.__version__, "CUDA", torch.version.cuda)'
}

ptxas() {
    command -v nvcc >/dev/null || { echo 'no nvcc here'; return 0; }
    local failed=0
    # ptxas of CUDA 13 has no sm_70 any more: its PTX is assembled for the next one.
    for pair in sm_70:sm_75 sm_80:sm_80 sm_80:sm_90; do
        echo "${pair%:*} for ${pair#*:}:"
        command ptxas -arch="${pair#*:}" -v -o /dev/null "$here/ptx/${pair%:*}.ptx" > "$results/ptxas.${pair#*:}.log" 2>&1 || failed=1
        awk '/registers/ { n++; if ($5 > most) most = $5 } /spill stores/ { spilled += $5 } END { print "  " n " kernels, at most " most " registers, " spilled + 0 " bytes spilled" }' "$results/ptxas.${pair#*:}.log"
    done
    mkdir -p "$results/nvcc" && "$here/kernels/build-ptx.sh" --nvcc "$results/nvcc" && echo 'nvcc compiles the same sources' || failed=1
    return "$failed"
}

shim() { "$bench" device; }
kernels() { "$here/app/AcademicBert.Native.Tests"; }
fixtures() { "$here/app/AcademicBert.ML.Tests" --filter 'FullyQualifiedName~ModelFixtureTests|FullyQualifiedName~GpuRunTests|FullyQualifiedName~TrajectoryTests'; }

step() {
    for rows in 256 128 64; do
        "$bench" step --device cuda "${large[@]}" --batch 256 --microBatch "$rows" --rounds 15 || return 1
    done
}

peers() { NVIDIA_TF32_OVERRIDE= timeout 420 python3 "$here/peers/step.py"; }

memory() {
    "$bench" step --device cuda "${large[@]}" --batch 32 --rounds 5 || return 1
    "$bench" step --device cuda "${large[@]}" --batch 32 --rounds 5 --recompute
}

pretrain() {
    "$here/app/academicbert" pretrain "$here/text" --run "$results/run" --device cuda --budget "${PRETRAIN_BUDGET:-8m}" --batchSize 1024 --microBatchSize 0 \
        --model.layers 12 --model.hiddenSize 768 --model.heads 12 --model.intermediateSize 3072
    local code=$?
    cp "$results/run/metrics.jsonl" "$results/pretrain.metrics.jsonl" 2>/dev/null
    rm -rf "$results/run"
    return "$code"
}

declare -A outcome seconds
for stage in "${stages[@]}"; do
    printf '\n== %s\n' "$stage"
    start=$SECONDS
    if "$stage" > >(tee "$results/$stage.log") 2>&1; then outcome[$stage]=passed; else outcome[$stage]=FAILED; fi
    seconds[$stage]=$((SECONDS - start))
    sleep 1 # tee
    grep '^{' "$results/$stage.log" > "$results/$stage.json" || rm -f "$results/$stage.json"
done

printf '\n%-10s %-8s %8s  %s\n' stage outcome seconds result
for stage in "${stages[@]}"; do
    text="$(tail -1 "$results/$stage.log")"
    [ -f "$results/$stage.json" ] && text="$(last_json "$results/$stage.json")"
    printf '%-10s %-8s %8s  %s\n' "$stage" "${outcome[$stage]}" "${seconds[$stage]}" "${text:0:300}"
done | tee "$results/summary.txt"
python3 - "$results" <<'PYTHON'
import json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
read = lambda stage: [json.loads(line) for line in (folder / f"{stage}.json").read_text().splitlines()] if (folder / f"{stage}.json").exists() else []
ours, peers = read("step"), read("peers")
if ours:
    best = max(ours, key=lambda row: row["samplesPerSecond"])
    print(f"\nBERT-large, 256×128: {best['samplesPerSecond']:.0f} sequences/s, {100 * best['fractionOfPeak']:.1f} % of {best['peakTflops']:.0f} TFLOP/s")
    for peer in peers:
        print(f"  {peer['head']} head, {'compiled' if peer['compiled'] else 'eager'}: {peer['samplesPerSecond']:.0f} sequences/s, ours is {best['samplesPerSecond'] / peer['samplesPerSecond']:.2f}×")
for row in read("memory"):
    print(f"micro-batch 32: {row['memoryGigabytes']:.2f} GB")
log = folder / "machine.log"
all_of_it = {"machine": log.read_text().splitlines() if log.exists() else [], "step": ours, "peers": peers, "memory": read("memory")}
(folder / "gpu.json").write_text(json.dumps(all_of_it, indent=2) + "\n")
PYTHON
for stage in "${stages[@]}"; do [ "${outcome[$stage]}" = passed ] || exit 1; done
