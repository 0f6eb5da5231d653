using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shop.Checkout;
using Shop.Orders;
using Shop.Shipping;
using UglyToad.PdfPig;

namespace Shop.Tests.Journeys;

/// <summary>What couriers refuse, lose, tell twice or too late.</summary>
public sealed class CourierJourneys
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_courier_refuses_is_a_task_is_served_meanwhile_and_asked_for_again()
    {
        bool refuses = true;
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Courier((request, _) => Task.FromResult(refuses && IsBooking(request) ? new HttpResponseMessage(HttpStatusCode.UnprocessableEntity) : null)));
        string sku = await shop.PhysicalSku();
        var (edits, cancels, waits) = (new Shopper(shop), new Shopper(shop), new Shopper(shop));
        foreach (Shopper shopper in (Shopper[])[edits, cancels, waits]) await shopper.Buy(shipped: true, (sku, 1));
        await Until.True(async () => (await Work(shop, "parcel")).Length == 3, "three tasks");
        Assert.All(await Work(shop, "parcel"), w => Assert.Contains("422", w.GetProperty("text").GetString(), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Accepted, (await shop.Send(HttpMethod.Post, $"/v1/store/orders/{cancels.OrderId}/cancel?token={cancels.Token}", null, ("Idempotency-Key", "once"))).StatusCode);
        await cancels.OrderUntil("cancelled");
        await Until.True(async () => (await Work(shop, "parcel")).Length == 2, "the cancelled one to be off the list");

        refuses = false;
        string seen = (await shop.Send(HttpMethod.Get, $"/v1/admin/orders/{edits.OrderId}", null, await shop.StaffToken())).Headers.ETag!.Tag;
        foreach ((string version, HttpStatusCode answer) in ((string, HttpStatusCode)[])[("\"another\"", HttpStatusCode.PreconditionFailed), (seen, HttpStatusCode.Accepted)])
            Assert.Equal(answer, (await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{edits.OrderId}/edits", new { phone = "+62 811 222 3333" }, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()), ("If-Match", version))).StatusCode);
        await Booked(edits);
        Assert.Equal((1, "+62 811 222 3333"), (Told(await edits.Order(), "order.edited"), (await edits.Order()).GetProperty("phone").GetString()));
        Assert.Empty((await waits.Order()).GetProperty("shipments").EnumerateArray());

        shop.Clock.Advance(FulfilmentOrchestration.GoodsAwaited + TimeSpan.FromSeconds(1));
        await Booked(waits);
        Assert.Equal(1, Told(await waits.Order(), "shipment.refused"));
        await Until.True(async () => (await Work(shop, "parcel")).Length == 0, "the list to be empty");
    }

    [Fact]
    public async Task A_label_for_a_return_that_a_courier_refuses_is_asked_for_again_and_the_deadline_waits_for_it()
    {
        bool refuses = false;
        await using ShopHost shop = await ShopHost.Start(configure: b =>
        {
            b.Courier((request, _) => Task.FromResult(refuses && IsBooking(request) ? new HttpResponseMessage(HttpStatusCode.Conflict) : null));
            (b.Configuration["Returns:LabelService"], b.Configuration["Returns:ApproveAutomatically"]) = ("jne-reg", "true");
        });
        Shopper shopper = await Delivered(shop);
        refuses = true;
        string id = await Returned(shop, shopper);
        await Until.True(async () => (await Work(shop, "return")).Length == 1, "the task");
        Assert.Equal("approved", await Status(shopper, id));
        shop.Clock.Advance(TimeSpan.FromDays(14.1));
        await Until.True(async () => Told(await shopper.Order(), "return.extended") == 1, "the deadline to move");

        refuses = false;
        shop.Clock.Advance(ReturnActivities.LabelAwaited + TimeSpan.FromSeconds(1));
        await Until.True(async () => (await Return(shopper, id)).GetProperty("parcel").ValueKind == JsonValueKind.Object, "the label");
        await Until.True(async () => (await Work(shop, "return")).Length == 0, "the list to be empty");
        await Until.True(async () => (await shopper.Mails()).Any(m => Subject(m).Contains("boleh dikirim kembali", StringComparison.Ordinal)), "the mail with the label");
    }

    [Fact]
    public async Task A_return_whose_courier_told_nothing_is_looked_for_and_one_on_its_way_is_waited_for()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => (b.Configuration["Returns:LabelService"], b.Configuration["Returns:ApproveAutomatically"]) = ("jne-reg", "true"));
        Shopper shopper = await Delivered(shop);
        string id = await Returned(shop, shopper);
        await Until.True(async () => await Status(shopper, id) == "approved" && (await Return(shopper, id)).GetProperty("parcel").ValueKind == JsonValueKind.Object, "the label");
        string parcel = (await Return(shopper, id)).GetProperty("parcel").GetProperty("trackingNumber").GetString()!;
        await shop.AtCourier(parcel, "hold", "move");

        shop.Clock.Advance(TimeSpan.FromDays(14.1));
        await Until.True(async () => (await Work(shop, "return")) is [var late] && late.GetProperty("text").GetString()!.Contains(parcel, StringComparison.Ordinal), "staff to be told");
        Assert.Equal(("approved", 1), (await Status(shopper, id), Told(await shopper.Order(), "return.extended")));

        await shop.Send(HttpMethod.Post, "/emulator/couriers/misbehave", new { lost = true });
        await shop.AtCourier(parcel, "deliver");
        shop.Clock.Advance(ReturnActivities.Silence + TimeSpan.FromMinutes(1));
        await Until.True(async () => await Status(shopper, id) == "received", "the goods to be found");
    }

    [Fact]
    public async Task A_return_whose_number_comes_later_has_it_on_its_label()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => (b.Configuration["Returns:LabelService"], b.Configuration["Returns:ApproveAutomatically"]) = ("jne-reg", "true"));
        Shopper shopper = await Delivered(shop);
        await shop.Send(HttpMethod.Post, "/emulator/couriers/misbehave", new { unnumbered = true });
        string id = await Returned(shop, shopper);
        await Until.True(async () => await Status(shopper, id) == "approved" && (await Return(shopper, id)).GetProperty("parcel").ValueKind == JsonValueKind.Object, "the label");
        Assert.Equal(JsonValueKind.Null, (await Return(shopper, id)).GetProperty("parcel").GetProperty("trackingNumber").ValueKind);
        Assert.Contains(id, await Label(shop, shopper, id), StringComparison.Ordinal);

        JsonElement theirs = (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/emulator/couriers", null, ("Accept", "application/json")))).GetProperty("data").EnumerateArray().Single(p => p.GetProperty("reference").GetString() == id);
        await shop.AtCourier(theirs, "hold", "number");
        string number = theirs.GetProperty("trackingNumber").GetString()!;
        await Until.True(async () => (await Return(shopper, id)).GetProperty("parcel").GetProperty("trackingNumber").GetString() == number, "the number");
        Assert.Contains(number, await Label(shop, shopper, id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goods_of_a_return_that_is_over_are_on_the_list_when_they_come()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => (b.Configuration["Returns:LabelService"], b.Configuration["Returns:ApproveAutomatically"]) = ("jne-reg", "true"));
        Shopper shopper = await Delivered(shop);
        string id = await Returned(shop, shopper);
        await Until.True(async () => await Status(shopper, id) == "approved" && (await Return(shopper, id)).GetProperty("parcel").ValueKind == JsonValueKind.Object, "the label");
        string parcel = (await Return(shopper, id)).GetProperty("parcel").GetProperty("trackingNumber").GetString()!;
        await shop.AtCourier(parcel, "hold");
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/returns/{id}/withdraw?token={shopper.Token}", null, ("Idempotency-Key", "once")));
        await Until.True(async () => await Status(shopper, id) == "withdrawn", "the withdrawal");

        await shop.AtCourier(parcel, "deliver");
        await Until.True(async () => await Work(shop, "parcel") is [var goods] && goods.GetProperty("id").GetString() == id, "staff to be told");
    }

    [Fact]
    public async Task An_edit_that_comes_while_its_order_is_sold_or_its_courier_called_is_taken_or_refused_and_never_lost()
    {
        ShopHost? shop = null;
        Shopper sold = null!, sent = null!;
        HttpStatusCode atSale = default, atBooking = default;
        await using ShopHost host = await ShopHost.Start(configure: b =>
        {
            b.Before(CheckoutActivities.ConfirmName, async () =>
            {
                if (atSale != default) return;
                // Neither waits for the other: each changes what it names.
                foreach (object patch in (object[])[new { phone = "+62 811 222 3333" }, new { note = "Titip di satpam" }])
                    atSale = (await shop!.Send(HttpMethod.Patch, $"/v1/store/orders/{sold.OrderId}?token={sold.Token}", patch)).StatusCode;
            });
            b.Courier(async (request, _) =>
            {
                if (sent is not null && atBooking == default && IsBooking(request))
                    atBooking = (await shop!.Send(HttpMethod.Patch, $"/v1/store/orders/{sent.OrderId}?token={sent.Token}", new { note = "Terlambat" })).StatusCode;
                return null;
            });
        });
        shop = host;
        sold = new Shopper(shop);
        await sold.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        await Booked(sold);
        JsonElement edited = await sold.Order();
        Assert.Equal((HttpStatusCode.Accepted, "Titip di satpam", "+62 811 222 3333"), (atSale, edited.GetProperty("note").GetString(), edited.GetProperty("phone").GetString()));

        sent = new Shopper(shop);
        await sent.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        await Booked(sent);
        Assert.Equal(HttpStatusCode.Accepted, atBooking);
        await Until.True(async () => Told(await sent.Order(), "order.edit-refused") == 1, "the refusal");
    }

    [Fact]
    public async Task Mails_follow_what_a_message_changed_and_a_second_attempt_arrives()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        JsonElement parcel = await Booked(shopper);
        DateTimeOffset start = shop.Clock.GetUtcNow();

        // That it was picked up is lost, and found out with what is told next.
        await shop.Send(HttpMethod.Post, "/emulator/couriers/misbehave", new { lost = true });
        await shop.AtCourier(parcel, "hold", "move");
        await shop.Send(HttpMethod.Post, "/emulator/couriers/misbehave", new { });
        await shop.AtCourier(parcel, "move");
        await Until.True(async () => (await shopper.Mails()).Count(m => Subject(m).Contains("dikirim", StringComparison.Ordinal)) == 1, "the mail that it was sent");
        await shop.AtCourier(parcel, "fail");
        await Until.True(async () => (await Work(shop, "parcel")).Length == 1, "staff to be told");
        // What the parcel no longer takes is told to nobody, and takes nothing off the list.
        var activities = ActivatorUtilities.CreateInstance<FulfilmentActivities>(shop.Service<IServiceProvider>());
        Task<TrackingOutcome> Late(ShipmentStatus status, DateTimeOffset at) => activities.Track(new TrackingStep(shopper.OrderId, parcel.GetProperty("id").GetString()!, new TrackingEvent(status, at, null)), Cancel);
        await Late(ShipmentStatus.InTransit, start);
        Assert.Single(await Work(shop, "parcel"));
        await shop.AtCourier(parcel, "retry");
        await Until.True(async () => (await Work(shop, "parcel")).Length == 0, "the second attempt");
        await shop.AtCourier(parcel, "deliver");
        await shopper.OrderUntil("completed");

        Assert.Equal(ShipmentStatus.Delivered, (await Late(ShipmentStatus.Failed, start.AddHours(3))).Status);
        await Again(shop, shopper, "delivered", HttpStatusCode.Accepted);
        string[] subjects = [.. (await shopper.Mails(5)).Select(Subject)];
        Assert.Equal((5, 1, 1, 2), (subjects.Length, subjects.Count(s => s.Contains("dikirim", StringComparison.Ordinal)), subjects.Count(s => s.Contains("gagal", StringComparison.Ordinal)), subjects.Count(s => s.Contains("telah tiba", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_number_that_comes_later_is_written_down_and_one_that_is_called_off_is_a_task()
    {
        await using ShopHost shop = await ShopHost.Start();
        await shop.Send(HttpMethod.Post, "/emulator/couriers/misbehave", new { unnumbered = true });
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        JsonElement parcel = await Booked(shopper);
        Assert.Equal(JsonValueKind.Null, parcel.GetProperty("trackingNumber").ValueKind);
        JsonElement theirs = (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/emulator/couriers", null, ("Accept", "application/json")))).GetProperty("data")[0];
        Assert.Equal(parcel.GetProperty("id").GetString(), theirs.GetProperty("reference").GetString());

        await shop.AtCourier(theirs, "hold", "number");
        await Until.True(async () => (await Booked(shopper)).GetProperty("trackingNumber").GetString() == theirs.GetProperty("trackingNumber").GetString(), "the number");
        Assert.Equal(("booked", 1), ((await Booked(shopper)).GetProperty("status").GetString(), Told(await shopper.Order(), "shipment.numbered")));

        await shop.AtCourier(theirs, "cancel");
        await Until.True(async () => await Work(shop, "parcel") is [var task] && task.GetProperty("text").GetString()!.Contains("'cancelled'", StringComparison.Ordinal), "staff to be told");
        Assert.Equal("booked", (await Booked(shopper)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_webhook_that_lies_moves_a_parcel_only_where_it_is()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        JsonElement parcel = await Booked(shopper);
        await shop.AtCourier(parcel, "hold");
        string booking = (await shop.Service<OrderStore>().Find(shopper.OrderId, Cancel))!.Value.Shipments[0].Booking;
        Assert.Equal(HttpStatusCode.OK, (await shop.Tell(new { @event = "order.status", order_id = booking, status = "delivered" })).StatusCode);

        await shop.Send(HttpMethod.Post, "/emulator/couriers/misbehave", new { wrong = true, duplicate = true, fail = 2 });
        await shop.AtCourier(parcel, "move");
        await Until.True(async () => (await Booked(shopper)).GetProperty("status").GetString() == "pickedUp", "what is true");
        Assert.Equal((0, 1), (Told(await shopper.Order(), "shipment.delivered"), Told(await shopper.Order(), "shipment.pickedUp")));
    }

    [Fact]
    public async Task What_was_written_down_before_a_crash_and_told_to_nobody_is_told_when_the_courier_is_heard_again()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        JsonElement parcel = await Booked(shopper);
        await shop.Send(HttpMethod.Post, "/emulator/couriers/misbehave", new { lost = true });
        await shop.AtCourier(parcel, "hold", "move");
        Shipment booked = (await shop.Service<OrderStore>().Find(shopper.OrderId, Cancel))!.Value.Shipments[0];
        TrackingEvent collected = (await shop.Service<ICourier>().Track(booked.Booking, Cancel)).Events[^1];
        await shop.Service<ChangeOrder>().Run(shopper.OrderId, "crashed", o => o.Track(booked.Id, collected, shop.Clock.GetUtcNow()), Cancel);

        for (int again = 0; again < 2; again++) await shop.Tell(new { @event = "order.status", order_id = booked.Booking, status = again == 0 ? "picked" : "picking_up" });
        await Until.True(async () => (await shopper.Mails()).Any(m => Subject(m).Contains("dikirim", StringComparison.Ordinal)), "the mail");
        await shop.AtCourier(parcel, "deliver");
        await shop.Tell(new { @event = "order.status", order_id = booked.Booking, status = "delivered" });
        await shopper.OrderUntil("completed");
        Assert.Equal(1, Told(await shopper.Order(), "shipment.pickedUp"));
        Assert.Single(await shopper.Mails(), m => Subject(m).Contains("dikirim", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Staff_send_a_mail_again_once_for_each_request_and_only_one_that_was_due()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Checkout:SendAfterMinutes"] = "30");
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        await shopper.Mails(1);
        foreach (string key in (string[])["first", "first", "second"]) await Again(shop, shopper, "paid", HttpStatusCode.Accepted, key);
        Assert.Contains("order.mail-not-due", await Again(shop, shopper, "delivered", HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Single((await shopper.Mails(3)).Select(Subject).Distinct());
        Assert.Equal(3, (await shopper.Mails()).Length);
    }

    [Fact]
    public async Task A_message_that_failed_every_attempt_is_a_task_until_it_is_put_back()
    {
        bool broken = false;
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Before("CourierEvents", () => broken ? throw new InvalidOperationException("broken") : Task.CompletedTask));
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        JsonElement parcel = await Booked(shopper);
        broken = true;
        await shop.AtCourier(parcel, "hold", "move");
        await Until.True(async () => (await Work(shop, "message")).Length == 1, "the task");
        JsonElement task = Assert.Single(await Work(shop, "message"));

        broken = false;
        string retry = $"/v1/admin/worklist/message/{task.GetProperty("id").GetString()}/retry";
        Assert.Equal(HttpStatusCode.NoContent, (await Post(shop, retry, null)).StatusCode);
        await Until.True(async () => (await shopper.Order()).GetProperty("shipments")[0].GetProperty("status").GetString() == "pickedUp", "what the courier told");
        Assert.Equal((HttpStatusCode.NotFound, 0), ((await Post(shop, retry, null)).StatusCode, (await Work(shop, "message")).Length));
    }

    [Fact]
    public async Task Cash_that_is_not_remitted_is_a_task_until_it_is()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Review:CashOnDelivery"] = "false");
        var (late, prompt) = (new Shopper(shop), new Shopper(shop));
        foreach (Shopper shopper in (Shopper[])[late, prompt])
        {
            await shopper.Fill((await shop.PhysicalSku(), 1));
            await shopper.Prepare(paymentMethod: "cash-on-delivery");
            await shopper.Checkout();
            await shop.MoveUntilOver(shopper);
        }
        await Remit(shop, prompt);
        shop.Clock.Advance(TimeSpan.FromDays(6));
        await shop.Service<AwaitCash>().Watch(Cancel);
        Assert.Empty(await Work(shop, "cash"));

        shop.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(2));
        await Until.True(async () => (await Work(shop, "cash")).Length > 0, "the task");
        Assert.Equal(late.OrderId, Assert.Single(await Work(shop, "cash")).GetProperty("orderId").GetString());
        await Remit(shop, late);
        await Until.True(async () => (await Work(shop, "cash")).Length == 0, "the list to be empty");
    }

    [Fact]
    public async Task What_nobody_collects_goes_back_on_the_shelf_and_its_money_to_the_buyer()
    {
        await using ShopHost shop = await ShopHost.Start();
        await Post(shop, "/v1/admin/shipping-zones", new { id = "indonesia", name = "Indonesia", area = new { country = "ID" }, rates = new[] { new { id = "toko", name = "Ambil di toko", kind = "pickup", place = "Jl. Braga 1", estimatedDays = new { min = 0, max = 0 } } } });
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        await shopper.Fill((sku, 1));
        await Until.True(async () => (await shop.Get($"/v1/store/carts/{shopper.CartId}/shipping-options")).GetProperty("data").GetArrayLength() == 1, "the place");
        await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}", new { email = shopper.Email, paymentMethod = "card", shippingOption = "toko" }));
        await shopper.Checkout();
        await shopper.Pay();
        string path = $"/v1/admin/orders/{shopper.OrderId}/shipments/{(await Booked(shopper)).GetProperty("id").GetString()}";
        await ShopClient.Json(await Post(shop, path + "/ready", null));
        await Until.True(async () => (await shopper.Order()).GetProperty("shipments")[0].GetProperty("status").GetString() == "ready", "it to be ready");
        await ShopClient.Json(await Post(shop, path + "/not-collected", null));
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "refunded", "the refund");
        Assert.Equal(("returned", before), ((await shopper.Order()).GetProperty("fulfilmentStatus").GetString(), await shop.AvailableOf(sku)));
        Assert.Empty(await Work(shop, "parcel"));
        JsonElement seen = await ShopClient.Json(await shop.Send(HttpMethod.Get, $"/v1/admin/orders/{shopper.OrderId}", null, await shop.StaffToken()));
        Assert.StartsWith("staff:stf_", ActorOf(seen, "shipment.returned"), StringComparison.Ordinal);
        Assert.Equal("staff", ActorOf(await shopper.Order(), "shipment.returned"));
    }

    [Fact]
    public async Task Staff_say_what_became_of_a_parcel_of_which_its_courier_tells_nothing()
    {
        Func<HttpResponseMessage>? answer = null;
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Courier((request, _) => Task.FromResult(request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains("/orders/", StringComparison.Ordinal) ? answer?.Invoke() : null)));
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        var (lost, arrived, back) = (new Shopper(shop), new Shopper(shop), new Shopper(shop));
        foreach (Shopper shopper in (Shopper[])[lost, arrived, back])
        {
            await shopper.Buy(shipped: true, (sku, 1));
            await shop.AtCourier(await Booked(shopper), "hold");
        }

        answer = () => new HttpResponseMessage(HttpStatusCode.NotFound);
        shop.Clock.Advance(FulfilmentOrchestration.Silence + TimeSpan.FromSeconds(1));
        await Until.True(async () => (await Work(shop, "parcel")).Length == 3, "three tasks");
        string at = shop.Clock.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        answer = () => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent($$"""{"success":true,"id":"x","status":"vanished","courier":{"history":[{"status":"vanished","updated_at":"{{at}}","note":null}] } }""", System.Text.Encoding.UTF8, "application/json"),
        };
        shop.Clock.Advance(FulfilmentOrchestration.Silence + TimeSpan.FromSeconds(1));
        await Until.True(async () => (await Work(shop, "parcel")).All(w => w.GetProperty("text").GetString()!.Contains("vanished", StringComparison.Ordinal)), "the word");
        // What is paid back is for staff to say.
        Assert.Equal("booked", (await lost.Order()).GetProperty("shipments")[0].GetProperty("status").GetString());

        foreach ((Shopper shopper, string fate) in (IEnumerable<(Shopper, string)>)[(lost, "lost"), (arrived, "delivered"), (back, "returned")]) Assert.Equal(HttpStatusCode.Accepted, (await Say(shop, shopper, fate)).StatusCode);
        await lost.OrderUntil("cancelled");
        await arrived.OrderUntil("completed");
        await back.OrderUntil("cancelled");
        JsonElement order = await lost.Order();
        Assert.Equal(("refunded", "unfulfilled", "lost", "staff"), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("fulfilmentStatus").GetString(), order.GetProperty("shipments")[0].GetProperty("status").GetString(), ActorOf(order, "shipment.lost")));
        Assert.Equal("returned", (await back.Order()).GetProperty("fulfilmentStatus").GetString());
        await Until.True(async () => (await lost.Mails()).Any(m => Subject(m).Contains("dibatalkan", StringComparison.Ordinal)), "the mail");
        await Until.True(async () => await Work(shop, "parcel") is [var goods] && goods.GetProperty("orderId").GetString() == back.OrderId && goods.GetProperty("text").GetString()!.Contains($"1 x {sku}", StringComparison.Ordinal), "what came back to be looked at");
        Assert.Equal(before - 3, await shop.AvailableOf(sku));
        // What was paid back may turn up after all.
        JsonElement parcel = order.GetProperty("shipments")[0];
        answer = null;
        await shop.AtCourier(parcel, "deliver");
        await Until.True(async () => (await Work(shop, "parcel")).Any(w => w.GetProperty("id").GetString() == parcel.GetProperty("id").GetString()), "staff to be told");
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Conflict), ((await Say(shop, lost, "lost")).StatusCode, (await Say(shop, lost, "delivered")).StatusCode));
    }

    [Fact]
    public async Task A_courier_that_never_answers_costs_neither_the_rates_nor_the_label()
    {
        bool hangs = false;
        int asked = 0;
        await using ShopHost shop = await ShopHost.Start(configure: b =>
        {
            b.Configuration["Courier:RatesTimeoutMilliseconds"] = "200";
            b.Courier(async (request, cancelled) =>
            {
                if (!hangs || IsBooking(request)) return null;
                if (request.RequestUri!.AbsolutePath.EndsWith("/rates/couriers", StringComparison.Ordinal)) Interlocked.Increment(ref asked);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
                return null;
            });
        });
        hangs = true;
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        JsonElement parcel = await Booked(shopper);
        Assert.Contains(shop.Logs.Lines, line => line.Contains("rate table answers", StringComparison.Ordinal));

        // Whoever reads their cart waits once.
        var reads = new Shopper(shop);
        await reads.Fill((await shop.PhysicalSku(), 2));
        await reads.Prepare();
        int before = asked;
        Task Read() => shop.Get($"/v1/store/carts/{reads.CartId}/shipping-options");
        foreach (int _ in (int[])[1, 2]) await Read();
        Assert.Equal(before, asked);
        shop.Clock.Advance(QuoteShipping.SilenceKept + TimeSpan.FromSeconds(1));
        await Read();
        Assert.Equal(before + 1, asked);

        HttpResponseMessage label = await shop.Send(HttpMethod.Get, $"/v1/admin/orders/{shopper.OrderId}/shipments/{parcel.GetProperty("id").GetString()}/label", null, await shop.StaffToken());
        Assert.Equal((HttpStatusCode.OK, "application/pdf"), (label.StatusCode, label.Content.Headers.ContentType?.MediaType));
    }

    private static bool IsBooking(HttpRequestMessage request) => request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/v1/orders", StringComparison.Ordinal);

    private static string Subject(JsonElement mail) => mail.GetProperty("subject").GetString()!;

    private static async Task<JsonElement> Booked(Shopper shopper) =>
        (await Until.Found(async () => (await shopper.Order()).GetProperty("shipments").EnumerateArray().ToArray() is { Length: 1 } parcels ? parcels : null, "the parcel to be booked"))[0];

    private static async Task<Shopper> Delivered(ShopHost shop)
    {
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        await shop.MoveUntilOver(shopper);
        return shopper;
    }

    private static async Task<string> Returned(ShopHost shop, Shopper shopper)
    {
        string sku = (await shopper.Order()).GetProperty("lines")[0].GetProperty("sku").GetString()!;
        HttpResponseMessage asked = await shop.Send(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/returns?token={shopper.Token}", new { lines = new[] { new { sku, quantity = 1 } }, reason = "damaged" }, ("Idempotency-Key", Guid.NewGuid().ToString()));
        return (await ShopClient.Json(asked)).GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> Return(Shopper shopper, string id) => (await shopper.Order()).GetProperty("returns").EnumerateArray().FirstOrDefault(r => r.GetProperty("id").GetString() == id);

    private static async Task<string> Label(ShopHost shop, Shopper shopper, string id)
    {
        using PdfDocument label = PdfDocument.Open(await shop.Http.GetByteArrayAsync($"/v1/store/orders/{shopper.OrderId}/returns/{id}/label?token={shopper.Token}", Cancel));
        return Assert.Single(label.GetPages()).Text;
    }

    private static async Task<string?> Status(Shopper shopper, string id) => await Return(shopper, id) is { ValueKind: JsonValueKind.Object } found ? found.GetProperty("status").GetString() : null;

    private static string? ActorOf(JsonElement order, string type) => order.GetProperty("timeline").EnumerateArray().Last(e => e.GetProperty("type").GetString() == type).GetProperty("actor").GetString();

    private static Task<HttpResponseMessage> Say(ShopHost shop, Shopper shopper, string fate) => Post(shop, $"/v1/admin/orders/{shopper.OrderId}/shipments/{shopper.OrderId}-1/{fate}", null);

    private static int Told(JsonElement order, string type) => order.GetProperty("timeline").EnumerateArray().Count(e => e.GetProperty("type").GetString() == type);

    private static async Task<JsonElement[]> Work(ShopHost shop, string kind) =>
        [.. (await ShopClient.Json(await shop.Send(HttpMethod.Get, $"/v1/admin/worklist?kind={kind}", null, await shop.StaffToken()))).GetProperty("data").EnumerateArray()];

    private static async Task<string> Again(ShopHost shop, Shopper shopper, string template, HttpStatusCode expected, string? key = null)
    {
        HttpResponseMessage answer = await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/mails", new { template }, await shop.StaffToken(), ("Idempotency-Key", key ?? Guid.NewGuid().ToString()));
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private static async Task Remit(ShopHost shop, Shopper shopper)
    {
        JsonElement order = await shopper.Order();
        await ShopClient.Json(await Post(shop, "/v1/admin/remittances", new { reference = $"TRX-{shopper.OrderId}", parcels = new[] { new { shipmentId = order.GetProperty("shipments")[0].GetProperty("id").GetString(), amount = order.GetProperty("totals").GetProperty("total") } } }));
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the cash");
    }

    private static async Task<HttpResponseMessage> Post(ShopHost shop, string path, object? body) => await shop.Send(HttpMethod.Post, path, body, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()));
}
