using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Customers;
using Shop.Marketing;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;
using Shop.Tests.Journeys;
using Shop.Worklist;

namespace Shop.Tests.Customers;

public sealed class PrivacyTests(OpenDemoShop open) : IClassFixture<OpenDemoShop>
{
    /// <summary>What the emulator keeps for those outside, and where its engine keeps the steps of orchestrations.</summary>
    private static readonly string[] Outsiders = ["emumail", "-emu-mail", "emucourier"], Engine = ["emuInstances ", "emuUnfinished ", "blob -emu-payloads/"];

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly ShopHost _shop = open.Shop;

    [Fact]
    public async Task An_export_has_everything()
    {
        Member member = await Member.Join(_shop);
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address }));
        await ShopClient.Json(await _shop.Send(HttpMethod.Post, "/v1/admin/coupons", new { code = "DATA10", coupon = new { name = "Data", percentOff = 10 } }, await _shop.StaffToken()));
        string orderId = await Buy(member, pay: true, coupon: "DATA10");
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts"));

        JsonElement all = await member.Get("/v1/store/me/export");

        Assert.Equal(member.Email, all.GetProperty("profile").GetProperty("email").GetString());
        Assert.Single(all.GetProperty("addresses").EnumerateArray());
        Assert.Single(all.GetProperty("consents").EnumerateArray());
        Assert.Single(all.GetProperty("sessions").EnumerateArray());
        Assert.Equal(orderId, Assert.Single(all.GetProperty("records").GetProperty("orders").EnumerateArray()).GetProperty("id").GetString());
        JsonElement[] carts = [.. all.GetProperty("records").GetProperty("carts").EnumerateArray()];
        Assert.Equal([(orderId, member.Email), (null, member.Email)], carts.Select(c => (c.GetProperty("orderId").GetString(), c.GetProperty("email").GetString())).OrderBy(c => c.Item1 is null));
        JsonElement use = Assert.Single(all.GetProperty("records").GetProperty("coupons").EnumerateArray());
        Assert.Equal(("DATA10", orderId, "committed"), (use.GetProperty("code").GetString(), use.GetProperty("orderId").GetString(), use.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Erasure_leaves_the_invoice_and_what_the_receipt_names_and_nothing_else()
    {
        await using ShopHost shop = await OpenShop.Start(demo: true, b => b.Configuration["BackInStock:ConfirmWithinHours"] = "100");
        (string Name, string Value) staff = await shop.StaffToken();
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/coupons", new { code = "HEMAT", coupon = new { name = "Hemat", percentOff = 10, limitPerCustomer = 2 } }, staff));
        Member member = await Member.Join(shop);
        await ShopClient.Json(await member.Send(HttpMethod.Patch, "/v1/store/me", new { name = "Ratna Dewi", phone = "+62 811 0000 4711" }));
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address }));
        string customerId = (await member.Get("/v1/store/me")).GetProperty("id").GetString()!;
        string orderId = await Buy(member, pay: true, shop, coupon: "HEMAT");
        // A cart that is left, and an open one that takes in what they chose as a guest.
        await FillCart(member, shop);
        var guest = new Shopper(shop);
        await guest.Fill((await shop.PhysicalSku(), 1));
        await guest.Prepare();
        string openCart = (await ShopClient.Json(await member.Send(HttpMethod.Post, $"/v1/store/carts/{guest.CartId}/claim"))).GetProperty("id").GetString()!;
        Assert.NotEqual(guest.CartId, openCart);
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = await shop.DigitalSku(), quantity = 1 } } }));
        await shop.Send(HttpMethod.Post, "/v1/store/password-resets", new { email = member.Email });
        await member.MailedToken("account-reset");
        await Until.True(async () => (await shop.Service<OrderStore>().Find(orderId, Cancel))!.Value.IsOver, "the order to be over");
        // A mail to them that failed every attempt; it was put back, and failed again.
        var givenUp = shop.Service<GivenUpMessages>();
        string failed = $$"""{"type":"mail","version":9,"messageId":"{{customerId}}.account-reset"}""";
        await givenUp.Keep("mail", failed, Cancel);
        Assert.True(await givenUp.PutBack(GivenUpMessages.IdOf("mail", failed), Cancel));
        Assert.False(await givenUp.PutBack(GivenUpMessages.IdOf("mail", failed), Cancel));
        await Until.True(async () => await shop.Service<WorklistStore>().Find(WorkKind.Message, GivenUpMessages.IdOf("mail", failed), Cancel) is not null, "the mail to fail again");
        string[] words = ["Ratna Dewi", "811 0000 4711", "Ayu Lestari", "Merdeka 10", member.Email.Split('@')[0], guest.Email.Split('@')[0], customerId, EmailAddress.Key(member.Email), shop.Service<RedeemCoupon>().NameOf(member.Email)];

        JsonElement asked = await ShopClient.Json(await member.Send(HttpMethod.Delete, "/v1/store/me"));
        await Until.True(async () => await shop.Service<ErasureStore>().FindJob(asked.GetProperty("id").GetString()!, Cancel) is not null, "the erasure to begin");
        shop.Clock.Advance(EraseCustomer.Settling);
        string url = asked.GetProperty("url").GetString()!;
        await Until.True(async () => (await shop.Get(url)).GetProperty("status").GetString() == "done", "the receipt");
        JsonElement[] held = [.. (await shop.Get(url)).GetProperty("receipt").GetProperty("held").EnumerateArray()];
        await member.Mails("erasure-receipt", 1);

        Assert.Equal((orderId, "tax", $"{shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow()).Year + 10}-12-31"), held.Where(h => h.GetProperty("kind").GetString() == "order").Select(h => (h.GetProperty("id").GetString(), h.GetProperty("reason").GetString(), h.GetProperty("until").GetString())).Single());
        Order order = (await shop.Service<OrderStore>().Find(orderId, Cancel))!.Value;
        Assert.Equal((null, "erased@invalid", null), (order.CustomerId, order.Email, order.Phone));
        Assert.NotNull(order.InvoiceNumber);
        Assert.Equal(HttpStatusCode.Unauthorized, await member.Status("/v1/store/me"));
        Assert.Equal(HttpStatusCode.NotFound, await member.Status($"/v1/store/orders/{orderId}"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await member.TryRefresh(member.RefreshToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await member.TrySignIn()).StatusCode);

        // Every place that still tells of them is one that the receipt names, with a last day to come.
        string[] told = await Mentions(shop, words);
        Assert.DoesNotContain(told, place => place.StartsWith("Idempotency ", StringComparison.Ordinal));
        foreach (string place in told)
        {
            JsonElement named = held.SingleOrDefault(h => IsNamedBy(place, h.GetProperty("kind").GetString()!, h.GetProperty("id").GetString()!));
            Assert.True(named.ValueKind == JsonValueKind.Object && DateOnly.Parse(named.GetProperty("until").GetString()!) > shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow()), $"{place} is left and not named: {string.Join(Environment.NewLine, told)}");
        }

        // And when the last of these days is over, only the invoice does.
        Assert.Equal(shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow().AddHours(100)).AddDays(1).ToString("yyyy-MM-dd"), held.Single(h => h.GetProperty("kind").GetString() == "links").GetProperty("until").GetString());
        DateOnly last = held.Where(h => h.GetProperty("kind").GetString() != "order").Max(h => DateOnly.Parse(h.GetProperty("until").GetString()!));
        shop.Clock.Advance(new DateTimeOffset(last.AddDays(2), default, TimeSpan.Zero) - shop.Clock.GetUtcNow());
        await Until.True(async () => (await Mentions(shop, words)).All(place => IsNamedBy(place, "order", orderId)), "what was named to go");
        Assert.Null(await shop.Service<WorklistStore>().Find(WorkKind.Message, GivenUpMessages.IdOf("mail", failed), Cancel));
    }

    [Fact]
    public async Task What_the_customer_was_answered_goes_and_what_others_were_answered_stays()
    {
        Member member = await Member.Join(_shop), other = await Member.Join(_shop);
        string orderId = await Buy(member, pay: true);
        string theirs = await Buy(other, pay: true);
        await Until.True(async () => (await Find(orderId)).IsOver, "the order to be over");
        Assert.NotEmpty(await Answered(orderId));

        await Erase(member);

        Assert.Empty(await Answered(orderId));
        Assert.NotEmpty(await Answered(theirs));
    }

    [Fact]
    public async Task The_account_for_a_refund_is_exported_and_goes_with_its_customer()
    {
        Member member = await Member.Join(_shop);
        string orderId = await Buy(member, pay: true);
        await Until.True(async () => (await Find(orderId)).IsOver, "the order to be over");
        await ShopClient.Json(await _shop.Send(HttpMethod.Post, $"/v1/admin/orders/{orderId}/refunds", new { reason = "the card is gone", amount = new { amount = 1_000_00, currency = "IDR" }, to = "payOut" }, await _shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString())));
        await Until.True(async () => (await Find(orderId)).Refunds.Any(r => r.Status == RefundStatus.Due), "the refund to be due");
        string refundId = (await Find(orderId)).Refunds[0].Id;
        Assert.Equal(HttpStatusCode.NoContent, (await member.Send(HttpMethod.Put, $"/v1/store/orders/{orderId}/refunds/{refundId}/account", new { bank = "BCA", number = "0987 6543 21", holder = "Budi Santoso" })).StatusCode);

        JsonElement account = Assert.Single((await member.Get("/v1/store/me/export")).GetProperty("records").GetProperty("payoutAccounts").EnumerateArray());

        Assert.Equal($"{orderId} {refundId} BCA 0987 6543 21 Budi Santoso", string.Join(' ', account.EnumerateObject().Select(p => p.Value.GetString())));
        await Erase(member);
        Assert.Null(await _shop.Service<PayoutStore>().FindAccount(orderId, refundId, Cancel));
    }

    private async Task<string[]> Answered(string orderId) =>
        [.. (await new StoredBytes(_shop.Prefix).FindOpened(_shop.Service<Shop.Http.Sealing>(), Outsiders, orderId)).Where(place => place.StartsWith("Idempotency ", StringComparison.Ordinal))];

    private static Task<string[]> Mentions(ShopHost shop, string[] words) => new StoredBytes(shop.Prefix).FindOpened(shop.Service<Shop.Http.Sealing>(), Outsiders, words);

    private static bool IsNamedBy(string place, string kind, string id) => kind switch
    {
        "order" => place.StartsWith($"Orders {id} {id}|order ", StringComparison.Ordinal) && (place.EndsWith("Ayu Lestari", StringComparison.Ordinal) || place.EndsWith("Merdeka 10", StringComparison.Ordinal)),
        "answers" => place.StartsWith("Idempotency ", StringComparison.Ordinal),
        "links" => place.StartsWith("OneTimeTokens ", StringComparison.Ordinal),
        "sessions" => place.StartsWith("RevokedSessions ", StringComparison.Ordinal),
        "flows" => Engine.Any(place.StartsWith),
        "messages" => place.StartsWith("Worklist messages ", StringComparison.Ordinal),
        _ => false,
    };

    [Fact]
    public async Task An_order_under_way_comes_before_erasure()
    {
        Member member = await Member.Join(_shop);
        string orderId = await Buy(member, pay: false);

        HttpResponseMessage refused = await member.Send(HttpMethod.Delete, "/v1/store/me");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await member.Status("/v1/store/me"));

        await member.Send(HttpMethod.Post, $"/v1/store/orders/{orderId}/cancel", null, ("Idempotency-Key", "once"));
        await Until.True(async () => (await Find(orderId)).IsOver, "the order to be cancelled");
        JsonElement receipt = await Erase(member);

        Assert.DoesNotContain(receipt.GetProperty("held").EnumerateArray(), h => h.GetProperty("reason").GetString() == "tax");
        Assert.Equal((null, "erased@invalid", null), ((await Find(orderId)).CustomerId, (await Find(orderId)).Email, (await Find(orderId)).ShippingAddress));
    }

    [Fact]
    public async Task An_erased_address_can_register_again_as_somebody_new()
    {
        Member member = await Member.Join(_shop);
        string before = (await member.Get("/v1/store/me")).GetProperty("id").GetString()!;
        await Erase(member);

        await member.Register();
        await member.Mails("account-verify", 2);
        await member.Verify(await member.MailedToken("account-verify", 2));

        Assert.NotEqual(before, (await member.Get("/v1/store/me")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Erasure_ends_with_a_receipt_by_mail_to_an_address_that_is_forgotten_then()
    {
        Member member = await Member.Join(_shop);
        JsonElement asked = await ShopClient.Json(await member.Send(HttpMethod.Delete, "/v1/store/me"));
        Assert.Equal("pending", asked.GetProperty("status").GetString());
        await Until.True(async () => await member.Status("/v1/store/me") == HttpStatusCode.Unauthorized, "the account to be closed");
        Assert.Equal(HttpStatusCode.Unauthorized, (await member.TrySignIn()).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _shop.Send(HttpMethod.Get, asked.GetProperty("url").GetString()![..^4] + "AAAA")).StatusCode);

        JsonElement receipt = await Ended(asked);

        Assert.Equal(asked.GetProperty("id").GetString(), receipt.GetProperty("id").GetString());
        Assert.NotEqual("", receipt.GetProperty("signature").GetString());
        Assert.Contains("Data Anda telah dihapus", (await member.Mails("erasure-receipt", 1))[0].GetProperty("subject").GetString(), StringComparison.Ordinal);
        Assert.Empty(await new StoredBytes(_shop.Prefix).Find(["emumail", "-emu-mail", "emucourier"], member.Email.Split('@')[0]));
    }

    [Fact]
    public async Task A_checkout_that_was_begun_while_erasing_is_awaited_and_forgotten_too()
    {
        Member member = await Member.Join(_shop);
        string customerId = (await member.Get("/v1/store/me")).GetProperty("id").GetString()!;
        string cart = await FillCart(member);
        JsonElement asked = await ShopClient.Json(await member.Send(HttpMethod.Delete, "/v1/store/me"));
        await Begun(asked);
        // As an instance would that has not heard of the sign-out yet.
        Order order = await PlaceFor(customerId, cart);

        _shop.Clock.Advance(EraseCustomer.Settling);
        Assert.NotNull(await _shop.Service<EraseCustomer>().Run(new ErasureInput(asked.GetProperty("id").GetString()!, customerId), Cancel));
        Assert.Equal("pending", (await _shop.Get(asked.GetProperty("url").GetString()!)).GetProperty("status").GetString());
        Assert.Equal("budi@example.test", (await Find(order.Id)).Email);

        await _shop.Service<ChangeOrder>().Run(order.Id, "test", o => o.Cancel(OrderPaymentStatus.Cancelled, "It is over.", "system", null, _shop.Clock.GetUtcNow()), Cancel);
        _shop.Clock.Advance(TimeSpan.FromHours(1));
        await Ended(asked);

        Assert.Equal((null, "erased@invalid"), ((await Find(order.Id)).CustomerId, (await Find(order.Id)).Email));
    }

    [Fact]
    public async Task An_erasure_that_breaks_off_at_any_operation_is_finished()
    {
        Member member = await Member.Join(_shop);
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address }));
        string customerId = (await member.Get("/v1/store/me")).GetProperty("id").GetString()!;
        string orderId = await Buy(member, pay: true);
        await FillCart(member);
        var input = new ErasureInput(_shop.Service<ErasureLinks>().IdOf(customerId), customerId);

        int first = await RunBrokenEverywhere(input);
        _shop.Clock.Advance(EraseCustomer.Settling);
        int last = await RunBrokenEverywhere(input);

        Assert.True(first > 5 && last > 10, $"{first} and {last} operations");
        Assert.Equal(orderId, Assert.Single((await _shop.Service<ErasureStore>().FindReceipt(input.ErasureId, Cancel))!.Held, h => h.Reason == "tax").Id);
        Assert.Single(await member.Mails("erasure-receipt", 1));
        Assert.Null(await _shop.Service<ErasureStore>().FindJob(input.ErasureId, Cancel));
        Assert.Equal((null, "erased@invalid"), ((await Find(orderId)).CustomerId, (await Find(orderId)).Email));
        await foreach (TableEntity row in _shop.Service<ShopStorage>().Table("Customers").QueryAsync<TableEntity>($"PartitionKey eq '{customerId}'", cancellationToken: Cancel))
            Assert.Fail($"{row.RowKey} is left.");
    }

    [Fact]
    public async Task Pictures_of_transfers_go_with_their_customer()
    {
        Member member = await Member.Join(_shop);
        string customerId = (await member.Get("/v1/store/me")).GetProperty("id").GetString()!;
        Order order = await PlaceFor(customerId, "crt_1", new OrderPayment("transfer", PaymentKind.ManualTransfer, "transfer", "transfer", OrderPaymentStatus.Cancelled, Reference: "ref-" + customerId), OrderStatus.Cancelled);
        TransferStore transfers = _shop.Service<TransferStore>();
        await transfers.Open(new ManualTransfer(order.Payment.Reference!, order.Id, Money.Zero(order.Currency), order.PlacedAt), Cancel);
        Result<PaymentProof> proof = await _shop.Service<SendProof>().Run(order.Payment.Reference!, [.. "%PDF-1.7 Budi Santoso"u8], Cancel);

        await Erase(member);

        Assert.Empty((await transfers.Find(order.Payment.Reference!, Cancel))!.Value.Proofs);
        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => transfers.ReadProof(proof.Value, Cancel));
    }

    [Fact]
    public async Task What_is_held_for_the_tax_office_is_stripped_when_the_years_are_over()
    {
        await using ShopHost shop = await OpenShop.Start(demo: false);
        DateTimeOffset now = shop.Clock.GetUtcNow();
        Money nothing = Money.Zero(Currency.Parse("IDR"));
        var order = new Order
        {
            Id = Ids.New("ord", shop.Clock), Number = "1", CartId = "crt_1", PlacedAt = now, Currency = Currency.Parse("IDR"), Locale = "id", Email = EmailAddress.Nobody, InvoiceNumber = "INV-1", Status = OrderStatus.Completed,
            ShippingAddress = new Address("Budi Santoso", "00000", "Jl. Merdeka 10", "Bandung", "Jawa Barat", "40132", "ID"),
            Lines = [], Totals = new Totals(nothing, nothing, nothing, nothing, TaxIncluded: true, nothing), Payment = new OrderPayment("card", PaymentKind.Card, "stripe", "card", OrderPaymentStatus.Paid),
        };
        await shop.Service<OrderStore>().Insert(order, Cancel);
        var until = new DateOnly(now.Year + 1, 12, 31);
        await shop.Service<ErasureStore>().Add(new ErasureReceipt("era_1", now, [new HeldRecord("order", order.Id, "tax", until), new HeldRecord("order", "ord_later", "tax", until.AddYears(1))], ""), Cancel);

        await shop.Service<EndHolds>().Run(Cancel);
        Assert.NotNull((await shop.Service<OrderStore>().Find(order.Id, Cancel))!.Value.ShippingAddress);

        shop.Clock.Advance(new DateTimeOffset(until.AddDays(2), default, TimeSpan.Zero) - now);
        await Until.True(async () => (await shop.Service<OrderStore>().Find(order.Id, Cancel))!.Value.ShippingAddress is null, "the night's work");
        Assert.Equal("INV-1", (await shop.Service<OrderStore>().Find(order.Id, Cancel))!.Value.InvoiceNumber);
        await Until.True(async () => (await shop.Service<ErasureStore>().HeldUntilBefore(until.AddDays(2), 10, Cancel)).Count == 0, "the receipt to be written");
        Assert.Single(await shop.Service<ErasureStore>().HeldUntilBefore(until.AddYears(1).AddDays(1), 10, Cancel));
    }

    [Fact]
    public void A_receipt_is_named_so() => Assert.Equal("era_1|receipt", ErasureStore.RowKey("era_1"));

    private async Task<JsonElement> Erase(Member member)
    {
        JsonElement asked = await ShopClient.Json(await member.Send(HttpMethod.Delete, "/v1/store/me"));
        await Begun(asked);
        return await Ended(asked);
    }

    private Task Begun(JsonElement asked) =>
        Until.True(async () => await _shop.Service<ErasureStore>().FindJob(asked.GetProperty("id").GetString()!, Cancel) is not null, "the erasure to begin");

    /// <summary>Moves the clock until the erasure has ended, and gives its receipt.</summary>
    private async Task<JsonElement> Ended(JsonElement asked)
    {
        _shop.Clock.Advance(EraseCustomer.Settling);
        string url = asked.GetProperty("url").GetString()!;
        await Until.True(async () => (await _shop.Get(url)).GetProperty("status").GetString() == "done", "the receipt");
        return (await _shop.Get(url)).GetProperty("receipt");
    }

    /// <summary>Runs a pass again and again, each time broken off one storage operation later, until it ends.</summary>
    private async Task<int> RunBrokenEverywhere(ErasureInput input)
    {
        for (int operations = 1; ; operations++)
        {
            using var breaking = new BreakingOff(operations);
            try
            {
                await _shop.Service<EraseCustomer>().Run(input, breaking.Token);
                return operations;
            }
            catch (OperationCanceledException)
            {
                // Broken off, as it was meant.
            }
        }
    }

    private async Task<string> FillCart(Member member, ShopHost? shop = null) =>
        (await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = await (shop ?? _shop).DigitalSku(), quantity = 1 } } }))).GetProperty("id").GetString()!;

    private async Task<Order> PlaceFor(string customerId, string cartId, OrderPayment? payment = null, OrderStatus status = OrderStatus.AwaitingPayment)
    {
        Money nothing = Money.Zero(Currency.Parse("IDR"));
        var order = new Order
        {
            Id = Ids.New("ord", _shop.Clock), Number = "1", CartId = cartId, CustomerId = customerId, PlacedAt = _shop.Clock.GetUtcNow(), Currency = Currency.Parse("IDR"), Locale = "id", Email = "budi@example.test",
            Lines = [], Totals = new Totals(nothing, nothing, nothing, nothing, TaxIncluded: true, nothing), Payment = payment ?? new OrderPayment("card", PaymentKind.Card, "stripe", "card", OrderPaymentStatus.Pending), Status = status,
        };
        await _shop.Service<OrderHistory>().Add(customerId, order.Id, Cancel);
        return (await _shop.Service<OrderStore>().Insert(order, Cancel)).Value;
    }

    private async Task<Order> Find(string orderId) => (await _shop.Service<OrderStore>().Find(orderId, Cancel))!.Value;

    private async Task<string> Buy(Member member, bool pay, ShopHost? at = null, string? coupon = null)
    {
        ShopHost shop = at ?? _shop;
        var shopper = new Shopper(shop);
        JsonElement cart = await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = await shop.DigitalSku(), quantity = 1 } } }));
        string path = $"/v1/store/carts/{cart.GetProperty("id").GetString()}";
        await ShopClient.Json(await member.Send(HttpMethod.Patch, path, new { paymentMethod = "card", billingAddress = Shopper.Address }));
        if (coupon is not null) await ShopClient.Json(await member.Send(HttpMethod.Post, path + "/coupons", new { code = coupon }));
        shopper.Placed(await ShopClient.Json(await member.Send(HttpMethod.Post, path + "/checkout", new { }, ("Idempotency-Key", Guid.NewGuid().ToString()), ("Prefer", "wait=20"))));
        if (!pay) return shopper.OrderId;
        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);
        await shopper.OrderUntil("completed");
        return shopper.OrderId;
    }
}
