using System.Runtime.Serialization;
using System.Text.Json;
using Azure.Core;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator;
using Shop.Emulator.Clock;
using Shop.Emulator.ServiceBus;
using Shop.Emulator.Storage;

namespace Shop.Tests.Emulator.ServiceBus;

public sealed class ServiceBusTests
{
    private const string Declaration = """
        {
          "topics": [
            {
              "name": "events", "requiresDuplicateDetection": true, "duplicateDetectionWindow": "PT10M",
              "subscriptions": [ { "name": "accounting", "maxDeliveryCount": 3, "lockDuration": "PT1M" }, { "name": "reports" } ]
            }
          ],
          "queues": [ { "name": "work", "deadLetteringOnMessageExpiration": true } ]
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_subscription_gets_its_own_copy_with_all_that_was_sent()
    {
        await using Bus bus = await Bus.Start();
        await bus.Topic.SendMessageAsync(
            new ServiceBusMessage("""{"type":"order.paid"}""")
            {
                MessageId = "ord_1|order.paid",
                Subject = "order.paid",
                ContentType = "application/json",
                CorrelationId = "trace",
                ApplicationProperties = { ["version"] = 1, ["at"] = DateTimeOffset.UnixEpoch, ["amount"] = 12.5m },
            },
            Cancellation);
        foreach (BrokerSubscription subscription in new[] { bus.Accounting, bus.Reports })
        {
            ServiceBusReceivedMessage got = await bus.Next(subscription);
            Assert.Equal(("ord_1|order.paid", "order.paid", "application/json", "trace", 1), (got.MessageId, got.Subject, got.ContentType, got.CorrelationId, got.DeliveryCount));
            Assert.Equal("""{"type":"order.paid"}""", got.Body.ToString());
            Assert.Equal((1, DateTimeOffset.UnixEpoch, 12.5m), ((int)got.ApplicationProperties["version"], (DateTimeOffset)got.ApplicationProperties["at"], (decimal)got.ApplicationProperties["amount"]));
            await subscription.Complete(got, Cancellation);
            Assert.Empty(await subscription.Peek(10, Cancellation));
        }
    }

    [Fact]
    public async Task Sending_to_what_is_not_declared_fails()
    {
        await using Bus bus = await Bus.Start();
        await using ServiceBusSender nowhere = bus.Client.CreateSender("nowhere");
        ServiceBusException refused = await Assert.ThrowsAsync<ServiceBusException>(() => nowhere.SendMessageAsync(new ServiceBusMessage("x"), Cancellation));
        Assert.Equal((ServiceBusFailureReason.MessagingEntityNotFound, false), (refused.Reason, refused.IsTransient));
        Assert.Throws<ServiceBusException>(() => bus.Broker.Subscription(bus.Name("events"), "nobody"));
    }

    [Fact]
    public async Task A_message_beyond_256_KiB_is_refused_and_one_below_arrives_whole()
    {
        await using Bus bus = await Bus.Start();
        ServiceBusException tooBig = await Assert.ThrowsAsync<ServiceBusException>(() => bus.Topic.SendMessageAsync(new ServiceBusMessage(new byte[256 * 1024 + 1]), Cancellation));
        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, tooBig.Reason);
        byte[] big = [.. Enumerable.Range(0, 250_000).Select(i => (byte)i)];
        await bus.Topic.SendMessageAsync(new ServiceBusMessage(big), Cancellation);
        Assert.Equal(big, (await bus.Next(bus.Accounting)).Body.ToArray());
    }

    [Fact]
    public async Task A_repeated_MessageId_is_dropped_within_the_window_and_taken_after_it()
    {
        await using Bus bus = await Bus.Start();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Send("once")));
        Assert.Single(await bus.Accounting.Peek(10, Cancellation));
        await bus.Topic.SendMessagesAsync([new ServiceBusMessage("a") { MessageId = "once" }, new ServiceBusMessage("b") { MessageId = "new" }, new ServiceBusMessage("c") { MessageId = "new" }], Cancellation);
        Assert.Equal(["once", "new"], (await bus.Accounting.Peek(10, Cancellation)).Select(m => m.MessageId));

        bus.Room.Clock.Advance(TimeSpan.FromMinutes(11));
        await Send("once");
        await Send("once");
        Assert.Equal(["once", "new", "once"], (await bus.Accounting.Peek(10, Cancellation)).Select(m => m.MessageId));

        Task Send(string id) => bus.Topic.SendMessageAsync(new ServiceBusMessage("x") { MessageId = id }, Cancellation);
    }

    [Fact]
    public async Task Ids_whose_window_has_passed_are_forgotten_and_those_sent_again_are_not()
    {
        await using Bus bus = await Bus.Start();
        await bus.Topic.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "again" }, Cancellation);
        await bus.Topic.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "old" }, Cancellation);
        bus.Room.Clock.Advance(TimeSpan.FromMinutes(11));
        await bus.Topic.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "again" }, Cancellation);
        BusEntity topic = bus.Broker.Entities.Single(e => e.Name == bus.Name("events"));
        await topic.ForgetOldIds(Cancellation);
        var table = bus.Room.Services.GetRequiredService<EmulatorStorage>().Table(ServiceBusBroker.TableName);
        Assert.Null(await table.Find(topic.Name, BusEntity.DuplicateKey(topic.Name, "old"), Cancellation));
        Assert.NotNull(await table.Find(topic.Name, BusEntity.DuplicateKey(topic.Name, "again"), Cancellation));
    }

    [Fact]
    public async Task A_locked_message_comes_again_when_its_lock_has_passed()
    {
        await using Bus bus = await Bus.Start();
        await bus.Topic.SendMessageAsync(new ServiceBusMessage("x"), Cancellation);
        ServiceBusReceivedMessage first = await bus.Next(bus.Accounting);
        Task<ServiceBusReceivedMessage> second = bus.Next(bus.Accounting);
        bus.Room.Clock.Advance(TimeSpan.FromDays(1));
        Assert.False(second.IsCompleted);
        bus.Locks.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal((first.SequenceNumber, 2), ((await second).SequenceNumber, (await second).DeliveryCount));
        ServiceBusException lost = await Assert.ThrowsAsync<ServiceBusException>(() => bus.Accounting.Complete(first, Cancellation));
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, lost.Reason);
        await bus.Accounting.Complete(await second, Cancellation);
    }

    [Fact]
    public async Task A_renewed_lock_lasts_longer()
    {
        await using Bus bus = await Bus.Start();
        await bus.Topic.SendMessageAsync(new ServiceBusMessage("x"), Cancellation);
        ServiceBusReceivedMessage message = await bus.Next(bus.Accounting);
        bus.Locks.Advance(TimeSpan.FromSeconds(50));
        await new BrokerMessageActions(bus.Accounting).RenewMessageLockAsync(message, Cancellation);
        bus.Locks.Advance(TimeSpan.FromSeconds(50));
        await bus.Accounting.Complete(message, Cancellation);
        Assert.Empty(await bus.Accounting.Peek(10, Cancellation));
    }

    [Fact]
    public async Task After_the_last_allowed_delivery_a_message_is_a_dead_letter_that_can_be_delivered_again()
    {
        await using Bus bus = await Bus.Start();
        await bus.Topic.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "poison" }, Cancellation);
        for (int delivery = 1; delivery <= 3; delivery++)
        {
            ServiceBusReceivedMessage message = await bus.Next(bus.Accounting);
            Assert.Equal(delivery, message.DeliveryCount);
            await bus.Accounting.Abandon(message, new Dictionary<string, object> { ["attempt"] = delivery }, Cancellation);
        }
        ServiceBusReceivedMessage dead = Assert.Single(await bus.Accounting.PeekDeadLetters(10, Cancellation));
        Assert.Equal(("poison", "MaxDeliveryCountExceeded", 3), (dead.MessageId, dead.DeadLetterReason, dead.ApplicationProperties["attempt"]));
        Assert.Empty(await bus.Accounting.Peek(10, Cancellation));

        Assert.True(await bus.Accounting.Requeue(dead.SequenceNumber, Cancellation));
        Assert.False(await bus.Accounting.Requeue(dead.SequenceNumber, Cancellation));
        Assert.Equal((1, null), await bus.Next(bus.Accounting) is var again ? (again.DeliveryCount, again.DeadLetterReason) : default);
    }

    [Fact]
    public async Task A_function_may_make_a_message_a_dead_letter_with_its_reason()
    {
        await using Bus bus = await Bus.Start();
        await bus.Topic.SendMessageAsync(new ServiceBusMessage("x"), Cancellation);
        await new BrokerMessageActions(bus.Reports).DeadLetterMessageAsync(await bus.Next(bus.Reports), null, "unknown-type", "No reader for order.flown.", Cancellation);
        ServiceBusReceivedMessage dead = Assert.Single(await bus.Reports.PeekDeadLetters(10, Cancellation));
        Assert.Equal(("unknown-type", "No reader for order.flown."), (dead.DeadLetterReason, dead.DeadLetterErrorDescription));
        Assert.Single(await bus.Accounting.Peek(10, Cancellation));
    }

    [Fact]
    public async Task A_scheduled_message_waits_for_the_shops_clock()
    {
        await using Bus bus = await Bus.Start();
        Task<ServiceBusReceivedMessage> next = bus.Next(bus.Accounting);
        await bus.Topic.SendMessageAsync(new ServiceBusMessage("later") { ScheduledEnqueueTime = bus.Room.Clock.GetUtcNow().AddHours(24) }, Cancellation);
        Assert.False(next.IsCompleted);
        bus.Room.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal("later", (await next).Body.ToString());
    }

    [Fact]
    public async Task An_expired_message_is_gone_or_a_dead_letter_as_declared()
    {
        await using Bus bus = await Bus.Start();
        await using ServiceBusSender work = bus.Client.CreateSender(bus.Name("work"));
        await bus.Topic.SendMessageAsync(new ServiceBusMessage("stale") { TimeToLive = TimeSpan.FromMinutes(5) }, Cancellation);
        await work.SendMessageAsync(new ServiceBusMessage("stale") { TimeToLive = TimeSpan.FromMinutes(5) }, Cancellation);
        bus.Room.Clock.Advance(TimeSpan.FromMinutes(6));
        await bus.Topic.SendMessageAsync(new ServiceBusMessage("fresh"), Cancellation);
        await work.SendMessageAsync(new ServiceBusMessage("fresh"), Cancellation);
        BrokerSubscription queue = bus.Broker.Queue(bus.Name("work"));
        Assert.Equal("fresh", (await bus.Next(bus.Accounting)).Body.ToString());
        Assert.Equal("fresh", (await bus.Next(queue)).Body.ToString());
        Assert.Empty(await bus.Accounting.PeekDeadLetters(10, Cancellation));
        Assert.Equal("TTLExpiredException", (await queue.PeekDeadLetters(10, Cancellation)).Single().DeadLetterReason);
    }

    [Fact]
    public async Task A_restart_finds_what_was_sent_and_remembers_what_was_seen()
    {
        string prefix;
        await using (Bus before = await Bus.Start())
        {
            prefix = before.Room.Prefix;
            await before.Topic.SendMessageAsync(new ServiceBusMessage("locked") { MessageId = "1" }, Cancellation);
            await before.Topic.SendMessageAsync(new ServiceBusMessage("waiting") { MessageId = "2" }, Cancellation);
            await before.Next(before.Accounting);
        }
        await using Bus after = await Bus.Start(prefix);
        await after.Topic.SendMessageAsync(new ServiceBusMessage("again") { MessageId = "1" }, Cancellation);
        Assert.Equal("waiting", (await after.Next(after.Accounting)).Body.ToString());
        Task<ServiceBusReceivedMessage> locked = after.Next(after.Accounting);
        after.Locks.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(("locked", 2), ((await locked).Body.ToString(), (await locked).DeliveryCount));
    }

    [Fact]
    public async Task Two_processes_never_hold_one_message_at_once()
    {
        await using Bus one = await Bus.Start();
        await one.Topic.SendMessagesAsync(Enumerable.Range(0, 60).Select(i => new ServiceBusMessage($"{i}") { MessageId = $"{i}" }), Cancellation);
        await using Bus two = await Bus.Start(one.Room.Prefix);
        var handled = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Task.WhenAll(new[] { one, two }.Select(async bus =>
        {
            try
            {
                while (true)
                {
                    foreach (ServiceBusReceivedMessage message in await bus.Accounting.Receive(7, done.Token))
                    {
                        await bus.Accounting.Complete(message, Cancellation);
                        handled.Add(message.Body.ToString());
                        if (handled.Count == 60) await done.CancelAsync();
                    }
                }
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(60, handled.Count);
            }
        }));
        Assert.Equal(60, handled.Distinct().Count());
    }

    [Fact]
    public async Task A_batch_takes_what_fits()
    {
        await using Bus bus = await Bus.Start();
        using ServiceBusMessageBatch batch = await bus.Topic.CreateMessageBatchAsync(Cancellation);
        Assert.True(batch.TryAddMessage(new ServiceBusMessage(new byte[200_000])));
        Assert.False(batch.TryAddMessage(new ServiceBusMessage(new byte[100_000])));
        Assert.True(batch.TryAddMessage(new ServiceBusMessage("small")));
        await bus.Topic.SendMessagesAsync(batch, Cancellation);
        Assert.Equal(2, (await bus.Accounting.Peek(10, Cancellation)).Count);
    }

    [Fact]
    public async Task A_client_takes_only_a_connection_string_of_the_emulator_with_the_right_key()
    {
        await using Bus bus = await Bus.Start();
        await using var wrong = new ServiceBusClient((bus.Broker.Connection with { Key = "guessed" }).ToString());
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => wrong.CreateSender(bus.Name("events")).SendMessageAsync(new ServiceBusMessage("x"), Cancellation));
        await using var elsewhere = new ServiceBusClient("Endpoint=sb://elsewhere.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=k");
        ServiceBusException unknown = await Assert.ThrowsAsync<ServiceBusException>(() => elsewhere.CreateSender("events").SendMessageAsync(new ServiceBusMessage("x"), Cancellation));
        Assert.True(unknown.IsTransient);
        Assert.Throws<FormatException>(() => new ServiceBusClient("nonsense"));
        Assert.Throws<NotSupportedException>(() => new ServiceBusClient("shop.servicebus.windows.net", (TokenCredential)null!));
    }

    [Fact]
    public async Task Properties_that_no_message_carries_are_refused_when_sent()
    {
        await using Bus bus = await Bus.Start();
        await Assert.ThrowsAsync<SerializationException>(() => bus.Topic.SendMessageAsync(new ServiceBusMessage("x") { ApplicationProperties = { ["bad"] = new object() } }, Cancellation));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceBusMessage("x") { MessageId = new string('x', 129) });
    }

    [Fact]
    public void The_declaration_that_is_shipped_is_usable_and_a_wrong_one_is_told()
    {
        BusTopology shipped = BusTopology.Read(Path.Combine(AppContext.BaseDirectory, BusTopology.FileName));
        Assert.Equal(["accounting", "analytics", "reports", "downloads", "credits"], shipped.Topics.Single(t => t.Name == "events").Subscriptions.Select(s => s.Name));
        Assert.Throws<FormatException>(() => BusTopology.Parse("""{"topics":[{"name":"Bad Name"}]}"""));
        Assert.Throws<JsonException>(() => BusTopology.Parse("""{"topics":[{"name":"a","colour":"red"}]}"""));
        Assert.Throws<EmulatorException>(() => BusTopology.Read("nowhere.json"));
    }

    private sealed class Bus : IAsyncDisposable
    {
        private Bus(RoomHost room, EmulatorClock locks)
        {
            (Room, Locks) = (room, locks);
            Client = new ServiceBusClient(Broker.Connection.ToString());
            Topic = Client.CreateSender(Name("events"));
        }

        public RoomHost Room { get; }

        /// <summary>The broker's own clock.</summary>
        public EmulatorClock Locks { get; }

        public ServiceBusClient Client { get; }

        public ServiceBusSender Topic { get; }

        public ServiceBusBroker Broker => Room.Services.GetRequiredService<ServiceBusBroker>();

        public BrokerSubscription Accounting => Broker.Subscription(Name("events"), "accounting");

        public BrokerSubscription Reports => Broker.Subscription(Name("events"), "reports");

        public string Name(string entity) => $"{Room.Prefix}-{entity}";

        public static async Task<Bus> Start(string? prefix = null)
        {
            var locks = new EmulatorClock();
            RoomHost room = await RoomHost.Start((services, addresses) => services.AddServiceBus(addresses, BusTopology.Parse(Declaration), locks), _ => { }, prefix);
            return new Bus(room, locks);
        }

        public async Task<ServiceBusReceivedMessage> Next(BrokerSubscription subscription)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            return (await subscription.Receive(1, limit.Token)).Single();
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Room.DisposeAsync();
        }
    }
}
