#!/usr/bin/env bash
# Builds the packages' assemblies from two clones in two folders, and compares every byte of assemblies and symbols.
# Ends with 1 where one differs.
set -euo pipefail
cd "$(dirname "$0")/.."
export CI=true DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for folder in one another/and-deeper; do
    git clone --quiet --no-hardlinks . "$work/$folder"
    dotnet build "$work/$folder/src/AcademicBert.Cli" -c Release -p:UseSharedCompilation=false -nodeReuse:false -v quiet
done

outcome=0
for file in "$work"/one/src/AcademicBert.Cli/bin/Release/net10.0/{AcademicBert.*,academicbert}.{dll,pdb}; do
    other="$work/another/and-deeper/${file#"$work/one/"}"
    if cmp -s "$file" "$other"; then
        echo "same: ${file#"$work/one/"}"
    else
        echo "DIFFERS: ${file#"$work/one/"}"
        outcome=1
    fi
done
exit "$outcome"
