using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shop.Carts;
using Shop.Catalog;
using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>The version of the checkout that new orders begin with. Those under way end with the one that they began with, which stays until the last of them has ended and can no longer be reinstated.</summary>
public sealed record CheckoutVersion(string Orchestration);

/// <summary>Turns a cart into an order: checks that nothing is missing, starts the order's orchestration and waits for its first answer.</summary>
public sealed class PlaceOrder(ChangeCart carts, PriceCart prices, OrderStore orders, OrderSignals signals, NumberStore numbers, PaymentMethods methods, UseCoupon coupons, UseCredit credits, OrderHistory history, CheckoutVersion version, CheckoutOptions options, ReviewOptions review, PaymentOptions payments, Sealing sealing, TimeProvider clock)
{
    /// <summary>A first answer comes within milliseconds; this long is waited for it even by those who do not ask to wait.</summary>
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(2);

    /// <param name="cart">Of an open cart. A cart that became an order answers with that order, so that a second click buys nothing twice.</param>
    /// <param name="wanted">The total the shopper saw, if the client says it, and the terms they accept.</param>
    /// <param name="wait">How long to wait for payment instructions; zero answers as soon as the order exists.</param>
    /// <param name="durable">Starts the orchestration.</param>
    /// <param name="cancellationToken">The request's; the order goes on without it.</param>
    public async Task<Result<Order>> Run(CartKey cart, CheckoutRequest wanted, TimeSpan wait, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        Result<Stored<Cart>> read = await carts.Read(cart, cancellationToken);
        if (read.Problem is { } unknown) return unknown;
        if (read.Value.Value.OrderId is { } existing) return await Wait(existing, wait, null, cancellationToken) is { } placed ? placed : CheckoutProblems.InProgress;

        PricedCart priced = await prices.Run(read.Value.Value, cancellationToken);
        if (Check(priced, wanted) is { } problem) return problem;
        if (!await coupons.Holds(cart, priced.Cart, cancellationToken)) return CheckoutProblems.CartChanged.At("/coupons/0", "does not give any more what it gave");
        if (!await credits.Holds(cart, priced, cancellationToken)) return CheckoutProblems.CartChanged.At("/credits", "have less on them than the cart said");
        PaymentMethod method = MethodOf(priced)!;
        Order order = ToOrder(priced, method, await numbers.NextOrderNumber(cancellationToken));
        StorageMeter.ChargeTo(order.Id);

        Task<Stored<Order>> first = signals.Next(order.Id);
        try
        {
            var input = new CheckoutInput(order with { Buyer = Buyer.Nobody }, read.Value.ETag.ToString(), method.ExpiresAfterMinutes, priced.Cart.Coupon, sealing.Seal(order.Id, order.Buyer), options.SendAfterMinutes)
            {
                Review = review.For(order.Currency, payments.CardCapture == CardCapture.ByStaff),
                Sending = new SendingRules(options.SplitByLocation, options.SendReadyFirst, options.CollectWithinDays),
            };
            // Listed before it begins, so that an erasure never misses one that is about to.
            if (order.CustomerId is { } customer) await history.Add(customer, order.Id, cancellationToken);
            await durable.ScheduleNewOrchestrationInstanceAsync(
                version.Orchestration, input, new StartOrchestrationOptions(order.Id).WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]), cancellationToken);
            Order now = await Wait(order.Id, wait, first, cancellationToken) ?? order.Place(order.PlacedAt);
            if (now.Failure is not { } failure) return now;
            if (failure.Errors.Any(e => e.Pointer.StartsWith("/credits", StringComparison.Ordinal))) await credits.Holds(cart, priced, cancellationToken);
            // Another click was faster with this very cart: both get the one order.
            return failure.Code == CheckoutProblems.CartChanged.Code && (await carts.Read(cart, cancellationToken)) is { Problem: null, Value.Value.OrderId: { } other }
                && await Wait(other, wait, null, cancellationToken) is { } theirs ? theirs : failure;
        }
        finally
        {
            signals.Forget(order.Id);
        }
    }

    /// <summary>The order as soon as it can be paid or failed, or as it is when the time is up; <c>null</c> while there is none.</summary>
    private async Task<Order?> Wait(string orderId, TimeSpan wait, Task<Stored<Order>>? signal, CancellationToken cancellationToken)
    {
        DateTimeOffset until = clock.GetUtcNow() + (wait > FirstAnswer ? wait : FirstAnswer);
        TimeSpan pause = TimeSpan.FromMilliseconds(250);
        Order? order = signal is null ? (await orders.Find(orderId, cancellationToken))?.Value : null;
        while (order is null || (wait > TimeSpan.Zero && order is { Status: OrderStatus.Placed, Payment.Reference: null }))
        {
            if (clock.GetUtcNow() >= until) return order;
            Task<Stored<Order>> next = signal ?? signals.Next(orderId);
            signal = null;
            // Another instance may be at work on it, which this one does not hear.
            bool heard = await Task.WhenAny(next, Task.Delay(pause, clock, cancellationToken)) == next;
            order = heard ? (await next).Value : (await orders.Find(orderId, cancellationToken))?.Value ?? order;
            if (!heard) pause *= 2;
        }
        return order;
    }

    private Problem? Check(PricedCart cart, CheckoutRequest wanted)
    {
        List<FieldError> missing = [];
        if (cart.Lines.Count == 0) missing.Add(new("/lines", "is empty"));
        if (cart.Cart.Email is null) missing.Add(new("/email", "is missing"));
        if (cart.NeedsAddress && cart.Cart.ShippingAddress is null) missing.Add(new("/shippingAddress", "is missing"));
        if (cart.NeedsShipping && cart.Shipping is null) missing.Add(new("/shippingOption", "is missing or no longer offered"));
        PaymentMethod? method = MethodOf(cart);
        if (method is null) missing.Add(new("/paymentMethod", "is missing or no longer offered"));
        if (method is { NeedsPhone: true } && MobileNumber.ToLocal(cart.Cart.Phone ?? cart.Cart.ShippingAddress?.Phone) is null) missing.Add(new("/phone", "is missing or no mobile number of Indonesia, by which this wallet finds its owner"));
        if (missing.Count > 0) return CheckoutProblems.Incomplete with { Errors = missing };

        CartNotice[] gone = [.. cart.Notices.Where(n => n.Blocks)];
        if (gone.Length > 0) return CheckoutProblems.CartChanged with { Errors = [.. gone.Select(n => new FieldError(n.Pointer, n.Message))] };
        TermsOfUse[] unaccepted = [.. Terms(cart).Where(t => wanted.AcceptTerms?.Contains(t.Version, StringComparer.Ordinal) != true)];
        if (unaccepted.Length > 0) return CheckoutProblems.TermsNotAccepted with { Errors = [.. unaccepted.Select(t => new FieldError("/acceptTerms", $"lacks {t.Version}, which is at {t.Url}"))] };
        return wanted.Total is { } total && total != cart.Totals.Total
            ? CheckoutProblems.CartChanged.At("/total", $"the cart costs {cart.Totals.Total} now")
            : null;
    }

    /// <summary>What gift cards, store credit or a coupon pay wholly needs no other way to pay.</summary>
    private PaymentMethod? MethodOf(PricedCart cart) => cart.ToPay.IsZero ? CreditGateway.Method
        : methods.For(cart.ToPay, cart.Lines.Any(l => l.Kind == ProductKind.Digital), cart.Shipping is not { CashOnDelivery: false }).FirstOrDefault(m => m.Id == cart.Cart.PaymentMethod);

    private static IEnumerable<TermsOfUse> Terms(PricedCart cart) => cart.Lines.Select(l => l.Digital?.Terms).OfType<TermsOfUse>().Distinct();

    private Order ToOrder(PricedCart priced, PaymentMethod method, string number) => new()
    {
        Id = Ids.New("ord", clock),
        Number = number,
        CartId = priced.Cart.Id,
        Flow = version.Orchestration,
        CustomerId = priced.Cart.CustomerId,
        PlacedAt = clock.GetUtcNow(),
        Currency = priced.Cart.Currency,
        Locale = priced.Cart.Locale,
        Email = priced.Cart.Email!,
        Phone = priced.Cart.Phone,
        Note = priced.Cart.Note,
        Lines = [.. priced.Lines.Select(l => new OrderLine(l.Sku, l.Title, l.Kind == ProductKind.Digital, l.Quantity, l.UnitPrice, l.Discount, l.Tax, l.Total, l.WeightGrams, l.DownloadFile) { Digital = l.Digital, CubicCm = l.CubicCm, Taxed = l.Taxed })],
        Totals = priced.Totals,
        ShippingAddress = priced.NeedsAddress ? priced.Cart.ShippingAddress : null,
        BillingAddress = priced.Cart.BillingAddress,
        Shipping = priced.Shipping,
        ShippingTaxed = priced.ShippingTaxed,
        Coupon = priced.Cart.Coupon?.Code,
        Credits = priced.Credits,
        Terms = [.. Terms(priced).Select(t => new AcceptedTerms(t.Version, t.Url, clock.GetUtcNow()))],
        Analytics = priced.Cart.Analytics,
        Payment = new OrderPayment(method.Id, method.Kind, method.Provider, method.Channel, OrderPaymentStatus.Pending) { CaptureLater = method.CaptureLater },
    };
}
