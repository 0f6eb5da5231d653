using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Azure.Storage.Queues;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using MimeKit;
using Shop.Emulator.Mailbox;
using Shop.Emulator.ServiceBus;
using Shop.Emulator.Storage;
using Stripe;

namespace Shop.Tests.Emulator.Pages;

public sealed class PagesTests
{
    private const string Hostile = "\"><script>alert('x')</script>";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "Overview")]
    [InlineData("/mailbox", "Mailbox")]
    [InlineData("/payments", "Payments")]
    [InlineData("/midtrans", "Midtrans")]
    [InlineData("/couriers", "Couriers")]
    [InlineData("/clock", "Clock")]
    [InlineData("/orchestrations", "Orchestrations")]
    [InlineData("/functions", "Functions")]
    [InlineData("/functions/Wait", "Wait")]
    [InlineData("/queues", "Queues")]
    [InlineData("/topics", "Topics")]
    public async Task Every_page_has_a_form_for_people_and_one_for_scripts(string path, string title)
    {
        await using EmulatorHost host = await Start();
        using HttpResponseMessage page = await Get(host, path, "text/html,application/xhtml+xml,*/*;q=0.8"), data = await Get(host, path, "*/*");
        Assert.Equal(("text/html", HttpStatusCode.OK), (page.Content.Headers.ContentType!.MediaType, page.StatusCode));
        Assert.Contains($"<h1>{title}</h1>", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, (await Json(data)).ValueKind);
    }

    [Theory]
    [InlineData("/mailbox/nothing@here")]
    [InlineData("/payments/pi_nothing")]
    [InlineData("/midtrans/nothing")]
    [InlineData("/couriers/JNE000000000000000")]
    [InlineData("/orchestrations/nothing")]
    [InlineData("/functions/Nothing")]
    [InlineData("/queues/nothing")]
    [InlineData("/topics/nothing/subscriptions/nobody")]
    public async Task What_is_not_there_is_a_404_in_both_forms(string path)
    {
        await using EmulatorHost host = await Start();
        using HttpResponseMessage page = await Get(host, path, "text/html"), data = await Get(host, path, "application/json");
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (page.StatusCode, data.StatusCode));
        Assert.Equal(("text/html", "application/json"), (page.Content.Headers.ContentType!.MediaType, data.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task A_hostile_mail_is_shown_and_does_nothing()
    {
        await using EmulatorHost host = await Start();
        await Send(host, new MimeMessage([MailboxAddress.Parse("a@shop.test")], [MailboxAddress.Parse("b@shop.test")], Hostile, new BodyBuilder { TextBody = Hostile, HtmlBody = Hostile }.ToMessageBody()) { MessageId = "hostile@shop.test" });
        foreach (string path in (string[])["/mailbox", "/mailbox/hostile@shop.test", ""])
        {
            string page = await Page(host, path);
            Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;alert", page, StringComparison.Ordinal);
        }
        string mail = await Page(host, "/mailbox/hostile@shop.test");
        Assert.Contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\"", mail, StringComparison.Ordinal);
        Assert.Contains("srcdoc=\"&lt;!doctype html&gt;&lt;base target=&quot;_blank&quot;&gt;&quot;&gt;&lt;script&gt;", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_name_and_a_foreign_site_are_refused()
    {
        await using EmulatorHost host = await Start();
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/emulator/mailbox") { Headers = { Host = "attacker.example" } };
        using HttpResponseMessage byName = await host.Http.SendAsync(foreign, Cancel);
        using var pressed = new HttpRequestMessage(HttpMethod.Post, "/emulator/clock") { Headers = { { "Origin", "https://attacker.example" } }, Content = JsonContent.Create(new { advance = "PT24H" }) };
        using HttpResponseMessage bySite = await host.Http.SendAsync(pressed, Cancel);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, TimeSpan.Zero), (byName.StatusCode, bySite.StatusCode, host.Clock.Offset));
    }

    [Fact]
    public async Task The_clock_page_moves_the_clock_and_leads_back()
    {
        await using EmulatorHost host = await Start();
        using HttpResponseMessage back = await Press(host, "/clock", "text/html", ("advance", "P7D"));
        Assert.Equal((HttpStatusCode.SeeOther, "/emulator/clock", TimeSpan.FromDays(7)), (back.StatusCode, back.Headers.Location!.OriginalString, host.Clock.Offset));
        Assert.Contains("7 d ahead", await Page(host, "/clock"), StringComparison.Ordinal);
        using HttpResponseMessage refused = await Press(host, "/clock", "text/html", ("advance", Hostile));
        Assert.Equal((HttpStatusCode.BadRequest, "text/html"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
        Assert.DoesNotContain(Hostile, await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"advance":"P7970Y"}""")]
    [InlineData("""{"advance":"P36501D"}""")]
    [InlineData("""{"advance":"\ud800"}""")]
    [InlineData("""{"\ud800":"PT1S"}""")]
    [InlineData("""["PT1S"]""")]
    public async Task What_the_clock_cannot_do_is_refused_and_moves_nothing(string body)
    {
        await using EmulatorHost host = await Start();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage refused = await host.Http.PostAsync(new Uri("/emulator/clock", UriKind.Relative), content, Cancel);
        Assert.Equal((HttpStatusCode.BadRequest, TimeSpan.Zero), (refused.StatusCode, host.Clock.Offset));
    }

    [Fact]
    public async Task The_pay_button_pays_and_the_webhook_is_shown()
    {
        await using EmulatorHost host = await Start();
        var stripe = new PaymentIntentService(new StripeClient(new StripeClientOptions { ApiKey = "sk_test_emulator", ApiBase = host.Http.BaseAddress + "emulator/stripe" }));
        PaymentIntent intent = await stripe.CreateAsync(new PaymentIntentCreateOptions { Amount = 15_000_000, Currency = "idr", AllowedPaymentMethodTypes = ["card"], Metadata = new() { ["order"] = Hostile } }, cancellationToken: Cancel);
        string page = await Page(host, "/payments");
        Assert.Contains($"action=\"/emulator/payments/{intent.Id}/pay\"", page, StringComparison.Ordinal);
        Assert.Contains("IDR 150,000", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Hostile, page, StringComparison.Ordinal);

        using HttpResponseMessage paid = await Press(host, $"/payments/{intent.Id}/pay", "text/html");
        Assert.Equal(HttpStatusCode.SeeOther, paid.StatusCode);
        JsonElement shown = (await Data(host, "/payments")).GetProperty("data")[0];
        Assert.Equal((intent.Id, "succeeded", "payment_intent.succeeded"), (Text(shown, "id"), Text(shown, "status"), Text(shown.GetProperty("webhooks")[0], "type")));
        Assert.DoesNotContain($"/{intent.Id}/pay\"", await Page(host, $"/payments/{intent.Id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Poison_messages_go_back_to_their_queue_as_they_were()
    {
        await using EmulatorHost host = await Start();
        QueueClient queue = host.Service<EmulatorStorage>().Queue($"{host.Prefix}-loose"), poison = host.Service<EmulatorStorage>().Queue($"{host.Prefix}-loose-poison");
        await queue.CreateAsync(cancellationToken: Cancel);
        await poison.CreateAsync(cancellationToken: Cancel);
        for (int i = 0; i < 40; i++) await poison.SendMessageAsync($"{Hostile} {i}", Cancel);
        string at = $"/queues/{host.Prefix}-loose";
        Assert.Equal(40, (await Data(host, at)).GetProperty("poison").GetInt32());
        Assert.DoesNotContain(Hostile, await Page(host, at), StringComparison.Ordinal);

        using HttpResponseMessage moved = await Press(host, at + "/requeue", "*/*");
        Assert.Equal(40, (await Json(moved)).GetProperty("requeued").GetInt32());
        JsonElement after = await Data(host, at);
        Assert.Equal((40, 0, $"{Hostile} 0"), (after.GetProperty("waiting").GetInt32(), after.GetProperty("poison").GetInt32(), Text(after.GetProperty("messages")[0], "body")));
    }

    [Fact]
    public async Task Dead_letters_are_shown_with_their_reason_and_delivered_again()
    {
        await using EmulatorHost host = await Start();
        string topic = $"{host.Prefix}-events", at = $"/topics/{topic}/subscriptions/accounting";
        await host.Service<ServiceBusBroker>().Send(topic, [new ServiceBusMessage("""{"type":"order.paid"}""") { MessageId = "1", Subject = Hostile }], Cancel);
        BrokerSubscription accounting = host.Service<ServiceBusBroker>().Subscription(topic, "accounting");
        await accounting.DeadLetter((await accounting.Receive(1, Cancel)).Single(), "Unknown", "Nobody knows it.", null, Cancel);
        string page = await Page(host, at);
        Assert.Contains("Nobody knows it.", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Hostile, page, StringComparison.Ordinal);
        long number = (await Data(host, at)).GetProperty("deadLetters")[0].GetProperty("sequenceNumber").GetInt64();
        using HttpResponseMessage requeued = await Press(host, at + "/requeue", "*/*", ("sequenceNumber", $"{number}")), again = await Press(host, at + "/requeue", "*/*", ("sequenceNumber", $"{number}"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (requeued.StatusCode, again.StatusCode));
        Assert.Equal("1", Assert.Single(await accounting.Receive(1, Cancel)).MessageId);
    }

    [Fact]
    public async Task An_orchestration_is_listed_and_drawn_with_all_that_it_waited_for()
    {
        await using EmulatorHost host = await Start();
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Wait", Hostile, new StartOrchestrationOptions("ord_1:a b"), Cancel);
        await Until.True(async () => (await Data(host, "/orchestrations/ord_1%3Aa%20b")).GetProperty("timeline").EnumerateArray().Any(e => Text(e, "kind") == "timer"), "the timer");
        Assert.Empty((await Data(host, "/orchestrations?status=completed")).GetProperty("data").EnumerateArray());
        await host.Durable.RaiseEventAsync(id, "go", Hostile, Cancel);
        await host.Durable.WaitForInstanceCompletionAsync(id, Cancel);

        JsonElement listed = (await Data(host, "/orchestrations?status=Completed")).GetProperty("data").EnumerateArray().Single();
        Assert.Equal((id, "Wait", "Completed"), (Text(listed, "instanceId"), Text(listed, "name"), Text(listed, "status")));
        JsonElement shown = await Data(host, "/orchestrations/ord_1%3Aa%20b");
        Assert.Equal(
            ["activity Greet completed", "timer 30 min cancelled", "event go received"],
            shown.GetProperty("timeline").EnumerateArray().Select(e => $"{Text(e, "kind")} {Text(e, "name")} {Text(e, "outcome")}"));
        Assert.Equal("StepStarted", Text(shown.GetProperty("history")[0], "event"));
        string page = await Page(host, "/orchestrations/ord_1%3Aa%20b");
        Assert.Contains("<rect class=\"span good\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        using HttpResponseMessage unknown = await Get(host, "/orchestrations?status=Asleep", "*/*");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);

        JsonElement greeted = (await Data(host, "/functions/Greet")).GetProperty("invocations")[0];
        Assert.Equal("ok", Text(greeted, "outcome"));
        Assert.Contains("Greet", await Page(host, $"/functions?trace={Text(greeted, "traceId")}"), StringComparison.Ordinal);
    }

    private static Task<EmulatorHost> Start() => EmulatorHost.Start([typeof(Waiting)]);

    private static async Task Send(EmulatorHost host, MimeMessage mail)
    {
        var address = new Uri(host.Service<SmtpPort>().Address);
        using var client = new SmtpClient();
        await client.ConnectAsync(address.Host, address.Port, SecureSocketOptions.None, Cancel);
        await client.SendAsync(mail, Cancel);
        await client.DisconnectAsync(quit: true, Cancel);
    }

    private static async Task<HttpResponseMessage> Get(EmulatorHost host, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/emulator" + path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await host.Http.SendAsync(request, Cancel);
    }

    private static async Task<HttpResponseMessage> Press(EmulatorHost host, string path, string accept, params (string Name, string Value)[] sent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/emulator" + path) { Content = new FormUrlEncodedContent(sent.Select(s => KeyValuePair.Create(s.Name, s.Value))) };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.Referrer = new Uri(host.Http.BaseAddress!, "/emulator" + path);
        return await host.Http.SendAsync(request, Cancel);
    }

    private static async Task<string> Page(EmulatorHost host, string path)
    {
        using HttpResponseMessage page = await Get(host, path, "text/html");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        return await page.Content.ReadAsStringAsync(Cancel);
    }

    private static async Task<JsonElement> Data(EmulatorHost host, string path)
    {
        using HttpResponseMessage data = await Get(host, path, "application/json");
        return await Json(data);
    }

    private static async Task<JsonElement> Json(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    public sealed class Waiting
    {
        [Function("Wait")]
        public static async Task<string> Wait([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            string greeting = await context.CallActivityAsync<string>("Greet", context.GetInput<string>());
            using var done = new CancellationTokenSource();
            Task deadline = context.CreateTimer(TimeSpan.FromMinutes(30), done.Token);
            await Task.WhenAny(deadline, context.WaitForExternalEvent<string>("go", done.Token));
            done.Cancel();
            return greeting;
        }

        [Function("Greet")]
        public static string Greet([ActivityTrigger] string name) => "Halo " + name;
    }
}
