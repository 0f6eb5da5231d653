using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Catalog;
using Shop.Common;
using Shop.Http;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Carts;

public sealed class CartEndpoints(CreateCart create, ChangeCart carts, PatchCart patch, ClaimCart claim, UseCoupon coupons, UseCredit credits, PriceCart prices, CatalogIndex catalog, PaymentMethods methods, ClientAddresses addresses)
{
    private const string Route = "v1/store/carts/{cartId}";

    /// <summary>Makes a cart.</summary>
    /// <remarks>With a customer's bearer it is theirs, and needs it from then on.</remarks>
    [Function("CartCreate"), Access(Caller.Shopper)]
    [Body<NewCart>(Optional = true), Answer<CartResource>(201), Refusal(404, "catalog.sku-unknown"), Refusal(409, "stock.insufficient")]
    [Refusal(422, "cart.currency-unsupported", "cart.not-sold-in-currency", "cart.quantity-out-of-range", "cart.quantity-not-sold", "cart.too-many-lines", "cart.total-too-large")]
    public async Task<IResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/carts")] HttpRequest request)
    {
        CancellationToken cancel = request.HttpContext.RequestAborted;
        Result<Stored<Cart>> made = await request.ReadOptionalBody<NewCart>().Then(wanted => create.Run(wanted, request.Locale(), request.Principal(), cancel));
        if (made.Problem is { } problem) return problem.ToHttp();
        return Respond.Created($"/v1/store/carts/{made.Value.Value.Id}", CartResource.From(await prices.Run(made.Value.Value, cancel)), made.Value.ETag);
    }

    /// <summary>Shows a cart with today's prices and what changed since the shopper last looked.</summary>
    [Function("CartGet"), Access(Caller.CartHolder)]
    [Answer<CartResource>(200), Refusal(404, "cart.unknown"), Refusal(410, "cart.expired", "cart.merged")]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request, string cartId) =>
        Show(request, carts.Read(request.CartKey(cartId), request.HttpContext.RequestAborted));

    /// <summary>Puts a SKU into the cart; the same SKU adds up.</summary>
    [Function("CartAddLine"), Access(Caller.CartHolder)]
    [Body<AddCartLine>, Answer<CartResource>(200), Refusal(404, "cart.unknown", "catalog.sku-unknown"), Refusal(409, "stock.insufficient", "cart.checked-out"), Refusal(410, "cart.expired", "cart.merged")]
    [Refusal(412, "request.precondition-failed"), Refusal(422, "cart.not-sold-in-currency", "cart.quantity-out-of-range", "cart.quantity-not-sold", "cart.too-many-lines", "cart.total-too-large"), Refusal(503, "cart.busy")]
    public Task<IResult> AddLine([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/lines")] HttpRequest request, string cartId) =>
        Show(request, request.ReadBody<AddCartLine>().Then(line => carts.Run(request.CartKey(cartId), request.IfMatch(), cart => CartLines.Add(cart, line, catalog), request.HttpContext.RequestAborted)));

    /// <summary>Sets how many of a SKU are in the cart; 0 takes the line out.</summary>
    [Function("CartSetLine"), Access(Caller.CartHolder)]
    [Body<SetQuantity>, Answer<CartResource>(200), Refusal(404, "cart.unknown", "cart.line-unknown"), Refusal(409, "stock.insufficient", "cart.checked-out"), Refusal(410, "cart.expired", "cart.merged")]
    [Refusal(412, "request.precondition-failed"), Refusal(422, "cart.quantity-out-of-range", "cart.quantity-not-sold", "cart.total-too-large"), Refusal(503, "cart.busy")]
    public Task<IResult> SetLine([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Route + "/lines/{sku}")] HttpRequest request, string cartId, string sku) =>
        Show(request, request.ReadBody<SetQuantity>().Then(line => carts.Run(request.CartKey(cartId), request.IfMatch(), cart => CartLines.Set(cart, sku, line.Quantity, catalog), request.HttpContext.RequestAborted)));

    /// <summary>Takes a line out of the cart.</summary>
    [Function("CartRemoveLine"), Access(Caller.CartHolder)]
    [Answer<CartResource>(200), Refusal(404, "cart.unknown", "cart.line-unknown"), Refusal(409, "cart.checked-out"), Refusal(410, "cart.expired", "cart.merged")]
    [Refusal(412, "request.precondition-failed"), Refusal(503, "cart.busy")]
    public Task<IResult> RemoveLine([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route + "/lines/{sku}")] HttpRequest request, string cartId, string sku) =>
        Show(request, carts.Run(request.CartKey(cartId), request.IfMatch(), cart => CartLines.Set(cart, sku, 0, catalog), request.HttpContext.RequestAborted));

    /// <summary>Writes down who buys, where it goes, how it is shipped and how it is paid.</summary>
    [Function("CartPatch"), Access(Caller.CartHolder)]
    [Body<CartPatch>, Answer<CartResource>(200), Refusal(404, "cart.unknown"), Refusal(409, "cart.checked-out"), Refusal(410, "cart.expired", "cart.merged")]
    [Refusal(412, "request.precondition-failed"), Refusal(422, "cart.email-invalid", "cart.shipping-option-unknown", "cart.payment-method-unknown", "cart.total-too-large", "credit.customers-only", "credit.empty"), Refusal(503, "cart.busy")]
    public Task<IResult> Patch([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Route)] HttpRequest request, string cartId) =>
        Show(request, request.ReadBody<CartPatch>().Then(change => patch.Run(request.CartKey(cartId), change, request.IfMatch(), request.HttpContext.RequestAborted)));

    /// <summary>Puts a coupon into the cart.</summary>
    [Function("CartPutCoupon"), Access(Caller.CartHolder)]
    [Body<PutCoupon>, Answer<CartResource>(200), Refusal(404, "cart.unknown"), Refusal(409, "cart.checked-out"), Refusal(410, "cart.expired", "cart.merged"), Refusal(412, "request.precondition-failed")]
    [Refusal(422, "coupon.unknown", "coupon.not-started", "coupon.ended", "coupon.below-minimum", "coupon.other-currency", "coupon.not-for-you", "coupon.used-up", "coupon.another-in-cart"), Refusal(429, "coupon.too-many-guesses"), Refusal(503, "cart.busy")]
    public Task<IResult> PutCoupon([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/coupons")] HttpRequest request, string cartId) =>
        Show(request, request.ReadBody<PutCoupon>().Then(coupon => coupons.Put(request.CartKey(cartId), coupon.Code, addresses.Of(request), request.IfMatch(), request.HttpContext.RequestAborted)));

    /// <summary>Takes the coupon out of the cart.</summary>
    [Function("CartTakeOutCoupon"), Access(Caller.CartHolder)]
    [Answer<CartResource>(200), Refusal(404, "cart.unknown", "cart.coupon-not-in-cart"), Refusal(409, "cart.checked-out"), Refusal(410, "cart.expired", "cart.merged")]
    [Refusal(412, "request.precondition-failed"), Refusal(503, "cart.busy")]
    public Task<IResult> TakeOutCoupon([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route + "/coupons/{code}")] HttpRequest request, string cartId, string code) =>
        Show(request, coupons.TakeOut(request.CartKey(cartId), code, request.IfMatch(), request.HttpContext.RequestAborted));

    /// <summary>Puts a gift card into the cart: it pays as much as is on it.</summary>
    [Function("CartPutGiftCard"), Access(Caller.CartHolder)]
    [Body<PutGiftCard>, Answer<CartResource>(200), Refusal(404, "cart.unknown"), Refusal(409, "cart.checked-out"), Refusal(410, "cart.expired", "cart.merged"), Refusal(412, "request.precondition-failed")]
    [Refusal(422, "credit.code-unknown", "credit.expired", "credit.empty", "credit.other-currency", "credit.too-many"), Refusal(429, "credit.too-many-guesses"), Refusal(503, "cart.busy")]
    public Task<IResult> PutGiftCard([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/gift-cards")] HttpRequest request, string cartId) =>
        Show(request, request.ReadBody<PutGiftCard>().Then(card => credits.Put(request.CartKey(cartId), card.Code, addresses.Of(request), request.IfMatch(), request.HttpContext.RequestAborted)));

    /// <summary>Takes a gift card out of the cart.</summary>
    [Function("CartTakeOutGiftCard"), Access(Caller.CartHolder)]
    [Answer<CartResource>(200), Refusal(404, "cart.unknown", "credit.not-in-cart"), Refusal(409, "cart.checked-out"), Refusal(410, "cart.expired", "cart.merged")]
    [Refusal(412, "request.precondition-failed"), Refusal(503, "cart.busy")]
    public Task<IResult> TakeOutGiftCard([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route + "/gift-cards/{creditId}")] HttpRequest request, string cartId, string creditId) =>
        Show(request, credits.TakeOut(request.CartKey(cartId), creditId, request.IfMatch(), request.HttpContext.RequestAborted));

    /// <summary>The ways the cart can be shipped to its address.</summary>
    [Function("CartShippingOptions"), Access(Caller.CartHolder)]
    [Answer<ShippingOptionList>(200), Refusal(404, "cart.unknown"), Refusal(410, "cart.expired", "cart.merged")]
    public async Task<IResult> ShippingOptions([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/shipping-options")] HttpRequest request, string cartId)
    {
        CancellationToken cancel = request.HttpContext.RequestAborted;
        Result<Stored<Cart>> cart = await carts.Read(request.CartKey(cartId), cancel);
        return cart.Problem is { } problem ? problem.ToHttp() : Respond.Ok(new ShippingOptionList(await prices.Rates(await prices.Run(cart.Value.Value with { ShippingOption = null }, cancel), cancel)));
    }

    /// <summary>The ways the cart can be paid.</summary>
    [Function("CartPaymentMethods"), Access(Caller.CartHolder)]
    [Answer<PaymentMethodList>(200), Refusal(404, "cart.unknown"), Refusal(410, "cart.expired", "cart.merged")]
    public async Task<IResult> PaymentMethods([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/payment-methods")] HttpRequest request, string cartId)
    {
        CancellationToken cancel = request.HttpContext.RequestAborted;
        Result<Stored<Cart>> cart = await carts.Read(request.CartKey(cartId), cancel);
        if (cart.Problem is { } problem) return problem.ToHttp();
        PricedCart priced = await prices.Run(cart.Value.Value, cancel);
        // What gift cards pay wholly needs no way to pay.
        if (priced.ToPay.IsZero && priced.Credits.Count > 0) return Respond.Ok(new PaymentMethodList([]));
        return Respond.Ok(new PaymentMethodList(methods.For(priced.ToPay, priced.Lines.Any(l => l.Kind == ProductKind.Digital), priced.Shipping is not { CashOnDelivery: false })));
    }

    /// <summary>Gives a guest's cart to the customer who is signed in: it becomes, or is put into, their open cart.</summary>
    /// <remarks>The same again changes nothing. Which quantity counts for what is in both is the shop's setting: the sum, the larger one, or the guest's. The customer's cart
    /// keeps its currency, unless all that is in it came with the guest's; an article that has no price in it is shown as unavailable.</remarks>
    [Function("CartClaim"), Access(Caller.Customer)]
    [Answer<CartResource>(200), Refusal(404, "cart.unknown"), Refusal(409, "cart.checked-out"), Refusal(410, "cart.expired", "cart.merged"), Refusal(422, "cart.too-many-lines", "cart.total-too-large"), Refusal(503, "cart.busy")]
    public Task<IResult> Claim([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/claim")] HttpRequest request, string cartId) =>
        Show(request, claim.Run(request.CartKey(cartId), request.HttpContext.RequestAborted));

    /// <summary>The open cart of the customer who is signed in, on whatever device they filled it.</summary>
    [Function("MeCart"), Access(Caller.Customer), Answer<CartResource>(200), Refusal(404, "cart.none-open")]
    public Task<IResult> Mine([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/me/cart")] HttpRequest request)
    {
        return Show(request, Find());

        async Task<Result<Stored<Cart>>> Find() => await claim.FindOpen(request.Principal(), request.HttpContext.RequestAborted) is { } cart ? cart : CartProblems.NoneOpen;
    }

    private async Task<IResult> Show(HttpRequest request, Task<Result<Stored<Cart>>> changing)
    {
        Result<Stored<Cart>> cart = await changing;
        return cart.Problem is { } problem
            ? problem.ToHttp()
            : Respond.Ok(CartResource.From(await prices.Run(cart.Value.Value, request.HttpContext.RequestAborted)), cart.Value.ETag);
    }
}
