#!/usr/bin/env bash
# Packs what a CUDA machine without .NET needs to test and measure everything: programs with their runtime, fixtures, PTX, the Python
# peers and text to pretrain on. Usage: prepare.sh [TEXT_FILE...]; the result is artifacts/device.tar.xz, and run.sh in it does the rest.
set -euo pipefail
cd "$(dirname "$0")/../../.."
folder=artifacts/device
rm -rf "$folder"
mkdir -p "$folder/text" "$folder/ptx"
publish() { dotnet publish "$1" -c Release -r linux-x64 --self-contained -p:AcademicBertTorch=none -p:InvariantGlobalization=true -p:AcademicBertTestRunner="${2:-false}" -o "$folder/app"; }
publish tests/AcademicBert.Native.Tests true
publish tests/AcademicBert.ML.Tests true
publish tests/AcademicBert.Benchmarks
publish src/AcademicBert.Cli
find "$folder/app" -name '*.pdb' -delete
cp -r tests/Fixtures "$folder/fixtures"
cp -r tests/AcademicBert.Benchmarks/peers "$folder/peers"
cp tests/AcademicBert.Benchmarks/device/run.sh "$folder/run.sh"
for ptx in src/AcademicBert.Native/Cuda/Ptx/*.ptx.gz; do gzip -dc "$ptx" > "$folder/ptx/$(basename "$ptx" .gz)"; done
mkdir "$folder/kernels"
cp -r src/AcademicBert.Native/Cuda/*.cu src/AcademicBert.Native/Cuda/Support src/AcademicBert.Native/Cuda/build-ptx.sh "$folder/kernels"
for text in "$@"; do cp "$text" "$folder/text"; done
tar -C "$folder" -cJf "$folder.tar.xz" .
du -h "$folder.tar.xz"
