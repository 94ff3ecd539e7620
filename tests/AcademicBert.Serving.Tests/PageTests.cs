using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Support.UI;

namespace AcademicBert.Serving.Tests;

/// <summary>The page in a real browser: Debian's chromium, headless, where it is installed.</summary>
[TestClass]
public sealed class PageTests
{
    private const string Browser = "/usr/bin/chromium", Driver = "/usr/bin/chromedriver";

    [TestMethod]
    public async Task Page_SentenceTyped_ShowsTheServersVerdict()
    {
        if (!File.Exists(Browser) || !File.Exists(Driver))
            Assert.Inconclusive($"Skipped: install chromium and chromium-driver ({Browser}, {Driver}).");
        await using RunningServer server = await RunningServer.StartAsync();
        using var service = ChromeDriverService.CreateDefaultService(Path.GetDirectoryName(Driver), Path.GetFileName(Driver));
        var options = new ChromeOptions { BinaryLocation = Browser };
        options.AddArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        using var browser = new ChromeDriver(service, options);
        browser.Navigate().GoToUrl(server.Address);
        var wait = new WebDriverWait(browser, TimeSpan.FromSeconds(20));

        browser.FindElement(By.Id("text")).SendKeys(server.Texts[3]);
        browser.FindElement(By.Id("ask")).Click();
        wait.Until(page => page.FindElement(By.Id("label")).Text.Length > 0);
        Assert.AreEqual(server.Expected[3].Label, browser.FindElement(By.Id("label")).Text);
        Assert.HasCount(3, browser.FindElements(By.CssSelector("#scores tr")));

        browser.FindElement(By.Id("text")).Clear();
        browser.FindElement(By.Id("ask")).Click();
        wait.Until(page => page.FindElement(By.Id("error")).Text.Length > 0);
        Assert.Contains("text", browser.FindElement(By.Id("error")).Text);
        Assert.IsEmpty(browser.FindElements(By.CssSelector("#scores tr")));
    }
}
