using AcademicBert.Finetuning;
using AcademicBert.Glue;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Tables;
using AcademicBert.Tensors;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class OptionValuesTests
{
    [TestMethod]
    public void Validate_NullWhereAValueIsNeeded_NamesTheOption()
    {
        AssertNamed("BertPretrainingOptions.Pretraining", () => new BertPretrainingOptions { Pretraining = null! }.Validate());
        AssertNamed("BertPretrainingOptions.Corpus", () => new BertPretrainingOptions { Corpus = null! }.Validate());
        AssertNamed("BertPretrainingOptions.Vocabulary", () => new BertPretrainingOptions { Vocabulary = null! }.Validate());
        AssertNamed("BertPretrainingOptions.InputColumnName", () => new BertPretrainingOptions { InputColumnName = null! }.Validate());
        AssertNamed("PretrainingOptions.Model", () => new BertPretrainingOptions { Pretraining = new PretrainingOptions { Model = null! } }.Validate());
        AssertNamed("PretrainingOptions.Schedule", () => new PretrainingOptions { Schedule = null! }.Validate());
        AssertNamed("PretrainingOptions.Optimizer", () => new PretrainingOptions { Optimizer = null! }.Validate());
        AssertNamed("PretrainingOptions.Device", () => new PretrainingOptions { Device = null! }.Validate());
        AssertNamed("DistributedOptions.Devices", () => new PretrainingOptions { Distributed = new() { Devices = null! } }.Validate());
        AssertNamed("BertClassificationOptions.Finetuning", () => new BertClassificationOptions { Finetuning = null! }.Validate());
        AssertNamed("BertRegressionOptions.LabelColumnName", () => new BertRegressionOptions { LabelColumnName = null! }.Validate());
        AssertNamed("GlueOptions.Tasks", () => new GlueOptions { Tasks = null! }.Validate());
        AssertNamed("SearchOptions.Space", () => new SearchOptions { Space = null! }.Validate());
        AssertNamed("PretrainingRecipe.Corpus", () => new PretrainingRecipe { Corpus = null! }.Validate());
    }

    [TestMethod]
    public void Validate_NullWhereItMeansSomething_IsTaken()
    {
        new BertClassificationOptions { ModelFolder = null, Sentence2ColumnName = null, ValidationSet = null }.Validate();
        new PretrainingOptions { From = null, Spikes = null }.Validate();
    }

    [TestMethod]
    public void Validate_WhatNoOptionCanBe_NamesTheOption()
    {
        AssertRefused("BertConfig.Norm is 9; it must be one of LayerNorm, RmsNorm.", () => new BertConfig { VocabularySize = 100, Norm = (NormKind)9 }.Validate());
        AssertRefused("BertConfig.NormPlacement is 9;", () => new PretrainingOptions { Model = new() { NormPlacement = (NormPlacement)9 } }.Validate());
        AssertRefused("AdamWOptions.Variant is 9;", () => new PretrainingOptions { Optimizer = new() { Variant = (AdamWVariant)9 } }.Validate());
        AssertRefused("AdamWOptions.WeightDecay is Infinity; it must be a finite number.", () => new PretrainingOptions { Optimizer = new() { WeightDecay = double.PositiveInfinity } }.Validate());
        AssertRefused("FinetuningOptions.WeightDecay is NaN;", () => new FinetuningOptions { WeightDecay = double.NaN }.Validate());
        AssertRefused("FinetuningOptions.Dropout is Infinity;", () => new FinetuningOptions { Dropout = double.PositiveInfinity }.Validate());
        AssertRefused("BertClassificationOptions.ScoringPrecision is 9;", () => new BertClassificationOptions { ScoringPrecision = (ComputePrecision)9 }.Validate());
    }

    private static void AssertRefused(string message, Action validate) =>
        Assert.StartsWith(message, Assert.ThrowsExactly<ArgumentException>(validate).Message);

    private static void AssertNamed(string option, Action validate) =>
        Assert.StartsWith(option + " is null", Assert.ThrowsExactly<ArgumentException>(validate).Message);
}
