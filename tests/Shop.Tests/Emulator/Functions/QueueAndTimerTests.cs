using System.Collections.Concurrent;
using System.Text;
using Azure.Messaging.ServiceBus;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator.Functions.Queues;
using Shop.Emulator.ServiceBus;
using Shop.Emulator.Storage;

namespace Shop.Tests.Emulator.Functions;

public sealed class QueueAndTimerTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_wakes_its_function_and_its_result_goes_to_the_next_queue()
    {
        var seen = new Seen();
        await using EmulatorHost host = await Start(seen);
        await (await MadeQueue(host, "orders")).SendMessageAsync("""{"Number":7}""", Cancel);
        await Until.True(() => seen.Lines.Contains("shipped 7"), "both functions");
    }

    [Theory]
    [InlineData("sent")]
    [InlineData("shown")]
    public async Task A_message_that_this_process_sends_or_shows_is_not_waited_for(string what)
    {
        string name = $"{AzuriteFixture.NewPrefix()}-heard";
        var queue = new Azure.Storage.Queues.QueueClient(await AzuriteFixture.ConnectionString(), name);
        await queue.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        Azure.Storage.Queues.Models.SendReceipt? hidden = what == "shown" ? await queue.SendMessageAsync("x", TimeSpan.FromHours(1), cancellationToken: TestContext.Current.CancellationToken) : null;
        using var sent = new SentMessages(name);
        Task heard = sent.Wait(TimeSpan.FromDays(1), TestContext.Current.CancellationToken);
        if (hidden is null) await queue.SendMessageAsync("x", TestContext.Current.CancellationToken);
        else await queue.UpdateMessageAsync(hidden.MessageId, hidden.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken);
        await heard.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_message_that_fails_comes_again_and_ends_among_the_poison()
    {
        var seen = new Seen();
        await using EmulatorHost host = await Start(seen);
        await (await MadeQueue(host, "bad")).SendMessageAsync("x", Cancel);
        QueueClient poison = Queue(host, "bad-poison");
        await Until.True(async () => await poison.ExistsAsync(Cancel) && (await poison.PeekMessageAsync(Cancel)).Value is not null, "the poison queue");
        Assert.Equal(12, seen.Lines.Count(l => l == "failed"));
        Assert.Null((await Queue(host, "bad").PeekMessageAsync(Cancel)).Value);
    }

    [Fact]
    public async Task Messages_are_base64_on_the_wire()
    {
        var seen = new Seen();
        await using EmulatorHost host = await Start(seen);
        await MadeQueue(host, "orders");
        QueueClient raw = host.Service<EmulatorStorage>().Queue($"{host.Prefix}-orders");
        await raw.SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"Number":8}""")), Cancel);
        await Until.True(() => seen.Lines.Contains("shipped 8"), "the message to be decoded");
    }

    [Fact]
    public async Task A_timer_runs_when_the_clock_passes_its_moment()
    {
        var seen = new Seen();
        await using EmulatorHost host = await Start(seen);
        await Until.True(async () => await Next(host) > host.Clock.GetUtcNow(), "the schedule");
        host.Clock.Advance(TimeSpan.FromDays(1));
        await Until.True(() => seen.Lines.Any(l => l.StartsWith("timer", StringComparison.Ordinal)), "the timer");
    }

    [Fact]
    public async Task A_run_that_was_missed_while_nothing_ran_is_made_up_for_once_as_past_due()
    {
        var seen = new Seen();
        string prefix;
        await using (EmulatorHost first = await Start(seen))
        {
            prefix = first.Prefix;
            await Until.True(async () => await Next(first) > first.Clock.GetUtcNow(), "the schedule");
        }
        await using EmulatorHost second = await EmulatorHost.Start([typeof(Work)], prefix, b =>
        {
            b.Services.AddSingleton(seen);
            b.Emulator.Clock.Advance(TimeSpan.FromDays(3));
        });
        await Until.True(() => seen.Lines.Contains("timer, past due"), "the timer");
        Assert.Single(seen.Lines, l => l.StartsWith("timer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_topics_message_wakes_its_subscribers_function_and_a_failing_one_becomes_a_dead_letter()
    {
        var seen = new Seen();
        await using EmulatorHost host = await Start(seen);
        await using var client = new ServiceBusClient(host.Service<IConfiguration>()["ServiceBus"]);
        ServiceBusSender topic = client.CreateSender($"{host.Prefix}-events");
        await topic.SendMessageAsync(new ServiceBusMessage("hello") { MessageId = "1" }, Cancel);
        await topic.SendMessageAsync(new ServiceBusMessage("hello") { MessageId = "1" }, Cancel);
        await topic.SendMessageAsync(new ServiceBusMessage("fail") { MessageId = "2" }, Cancel);
        BrokerSubscription subscription = host.Service<ServiceBusBroker>().Subscription($"{host.Prefix}-events", "accounting");
        await Until.True(async () => (await subscription.PeekDeadLetters(1, Cancel)).Count == 1, "the dead letter");
        Assert.Single(seen.Lines, "event hello");
        Assert.Equal(10, seen.Lines.Count(l => l == "event fail"));
    }

    private static Task<EmulatorHost> Start(Seen seen) => EmulatorHost.Start([typeof(Work)], configure: b => b.Services.AddSingleton(seen));

    /// <summary>The listener makes its queue soon after the start; whoever sends first makes it too.</summary>
    private static async Task<QueueClient> MadeQueue(EmulatorHost host, string name)
    {
        QueueClient queue = Queue(host, name);
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancel);
        return queue;
    }

    private static QueueClient Queue(EmulatorHost host, string name) => host.Service<EmulatorStorage>().Queue($"{host.Prefix}-{name}", QueueMessageEncoding.Base64);

    private static async Task<DateTimeOffset> Next(EmulatorHost host) =>
        (await host.Service<EmulatorStorage>().Table("Timers").GetEntityIfExistsAsync<Azure.Data.Tables.TableEntity>("timers", "Daily", cancellationToken: Cancel)) is { HasValue: true } row
            ? row.Value!.GetDateTimeOffset("Next")!.Value : DateTimeOffset.MinValue;

    public sealed class Seen
    {
        public ConcurrentQueue<string> Lines { get; } = new();
    }

    public sealed record Order(int Number);

    public sealed class Work(Seen seen)
    {
        [Function("Take"), QueueOutput("%NamePrefix%-shipping")]
        public Order Take([QueueTrigger("%NamePrefix%-orders")] Order order) => order;

        [Function("Ship")]
        public void Ship([QueueTrigger("%NamePrefix%-shipping")] QueueMessage message) => seen.Lines.Enqueue($"shipped {message.Body.ToObjectFromJson<Order>()!.Number}");

        [Function("Fail")]
        public void Fail([QueueTrigger("%NamePrefix%-bad")] string message)
        {
            seen.Lines.Enqueue("failed");
            throw new InvalidOperationException(message);
        }

        [Function("Daily")]
        public void Daily([TimerTrigger("0 0 18 * * *")] TimerInfo timer) => seen.Lines.Enqueue(timer.IsPastDue ? "timer, past due" : "timer");

        [Function("Events")]
        public void Events([ServiceBusTrigger("%NamePrefix%-events", "accounting", Connection = "ServiceBus")] ServiceBusReceivedMessage message)
        {
            seen.Lines.Enqueue($"event {message.Body}");
            if (message.Body.ToString() == "fail") throw new InvalidOperationException("never");
        }
    }
}
