using AcademicBert.Distributed.Links;

namespace AcademicBert.Tests.Distributed;

[TestClass]
public sealed class RankIdentityTests
{
    [TestMethod]
    public void Parse_WhatARankSends_GivesItBack()
    {
        var identity = new RankIdentity(3, 4711, "a machine");
        Assert.AreEqual(identity, RankIdentity.Parse(identity.ToWire()));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("3")]
    [DataRow("3 4711")]
    [DataRow("three 4711 machine")]
    [DataRow("3 99999999999 machine")]
    [DataRow("-3 4711 machine")]
    public void Parse_WhatAStrangerSends_IsNone(string text) => Assert.IsNull(RankIdentity.Parse(text));
}
