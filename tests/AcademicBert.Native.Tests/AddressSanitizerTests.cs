namespace AcademicBert.Native.Tests;

[TestClass]
public sealed unsafe class AddressSanitizerTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(37)]
    [DataRow(64)]
    public void KernelMemory_AnyLength_IsPoisonedFromTheByteBehindItsEndAndBeforeItsBeginning(int count)
    {
        if (!AddressSanitizer.IsLoaded)
            Assert.Inconclusive("Skipped: AddressSanitizer is not loaded; tests/address-sanitizer.sh runs the tests with it.");
        using var memory = new KernelMemory(ElementType.BFloat16, count);
        byte* first = (byte*)memory.Address, end = first + 2 * count;
        Assert.IsTrue(AddressSanitizer.IsPoisoned(first - 1));
        Assert.IsTrue(AddressSanitizer.IsPoisoned(end));
        for (byte* at = first; at < end; at++)
            Assert.IsFalse(AddressSanitizer.IsPoisoned(at));
    }
}
