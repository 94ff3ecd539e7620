using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AcademicBert.Serving.Tests;

[TestClass]
public sealed class ServerTests
{
    private const int Clients = 200, QuestionsEach = 15;

    private static RunningServer s_server = null!;
    private static HttpClient s_client = null!;

    [ClassInitialize]
    public static async Task Start(TestContext context)
    {
        s_server = await RunningServer.StartAsync();
        s_client = new HttpClient();
    }

    [ClassCleanup]
    public static async Task Stop()
    {
        s_client.Dispose();
        await s_server.DisposeAsync();
    }

    [TestMethod]
    public async Task Predict_200ClientsAtOnce_AllGetTheRightAnswerAndMemoryStaysFlat()
    {
        await AskManyTimes();
        (long managed, long whole) before = Memory();
        await AskManyTimes();
        await AskManyTimes();
        (long managed, long whole) after = Memory();
        Assert.IsLessThan(before.managed + 8_000_000, after.managed, "answers leave nothing behind");
        // What libtorch and its allocator keep for each shape of batch levels off after dozens of rounds, at about 120 MB.
        Assert.IsLessThan(before.whole + 128_000_000, after.whole, "nor do they in native memory");
        JsonElement health = await s_client.GetFromJsonAsync<JsonElement>(new Uri(s_server.Address, "health"));
        Assert.IsLessThan(health.GetProperty("answered").GetInt64() / 3, health.GetProperty("batches").GetInt64(), "concurrent questions share batches");
    }

    [TestMethod]
    public async Task Predict_OneClient_GetsTheRightAnswers()
    {
        for (int text = 0; text < s_server.Texts.Length; text++)
            Assert.IsTrue(await s_server.AskAsync(s_client, text), s_server.Texts[text]);
    }

    [TestMethod]
    [DataRow("""{"text":""}""", "text")]
    [DataRow("""{}""", "text")]
    public async Task Predict_NoText_IsRefusedWithAdvice(string body, string advice)
    {
        using HttpResponseMessage response = await s_client.PostAsync(new Uri(s_server.Address, "predict"), new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(advice, await response.Content.ReadAsStringAsync());
    }

    [TestMethod]
    public async Task Predict_LongerThanAccepted_IsRefused()
    {
        using HttpResponseMessage response = await s_client.PostAsJsonAsync(new Uri(s_server.Address, "predict"), new Question(new string('a', 30_000)));
        Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode);
    }

    // Garbage may fill as much as the processor's cache before it is collected.
    private static (long Managed, long Whole) Memory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        return (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }

    private static Task AskManyTimes() => Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
    {
        for (int question = 0; question < QuestionsEach; question++)
            Assert.IsTrue(await s_server.AskAsync(s_client, (client * 7 + question) % s_server.Texts.Length));
    }));
}
