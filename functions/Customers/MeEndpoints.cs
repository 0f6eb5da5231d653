using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>What customers see and change of their own.</summary>
public sealed class MeEndpoints(OpenCustomer open, ExportCustomer export, AskErasure erase, ErasureStore erasures, ErasureLinks links, AddressBook addresses, CustomerStore customers, TimeProvider clock)
{
    private const string Me = "v1/store/me";

    /// <summary>Shows the customer who is signed in.</summary>
    [Function("MeGet"), Access(Caller.Customer), Answer<MeResource>(200)]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Me)] HttpRequest request) =>
        open.Run(request.Principal(), request.HttpContext.RequestAborted).ToHttp(me => Respond.Ok(MeResource.From(me.Value), me.ETag));

    /// <summary>Changes name, phone, language, currency or where marketing may reach the customer.</summary>
    /// <remarks>Channels that are added or left out become entries of the consent log.</remarks>
    [Function("MePatch"), Access(Caller.Customer), BodyLimit(8192)]
    [Body<PatchMe>, Answer<MeResource>(200), Refusal(412, "request.precondition-failed"), Refusal(503, "account.busy")]
    public Task<IResult> Patch([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Me)] HttpRequest request) => request
        .ReadBody<PatchMe>()
        .Then(patch => open.Change(request.Principal(), request.IfMatch(), customer => Task.FromResult<Result<CustomerChange>>(Apply(customer, patch)), request.HttpContext.RequestAborted))
        .ToHttp(me => Respond.Ok(MeResource.From(me.Value), me.ETag));

    /// <summary>The customer's addresses, oldest first.</summary>
    [Function("MeAddressList"), Access(Caller.Customer), Answer<Page<AddressResource>>(200)]
    public Task<IResult> Addresses([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Me + "/addresses")] HttpRequest request) =>
        addresses.List(request.Principal(), request.HttpContext.RequestAborted).ToHttp(list => Respond.Ok(new Page<AddressResource>(list, null)));

    /// <summary>Saves an address.</summary>
    [Function("MeAddressAdd"), Access(Caller.Customer), BodyLimit(8192)]
    [Body<WriteAddress>, Answer<AddressResource>(201), Refusal(422, "address.too-many"), Refusal(503, "account.busy")]
    public Task<IResult> AddAddress([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Me + "/addresses")] HttpRequest request) => request
        .ReadBody<WriteAddress>()
        .Then(wanted => addresses.Add(request.Principal(), wanted, request.HttpContext.RequestAborted))
        .ToHttp(address => Respond.Created($"/{Me}/addresses/{address.Id}", address));

    /// <summary>Replaces an address.</summary>
    [Function("MeAddressReplace"), Access(Caller.Customer), BodyLimit(8192)]
    [Body<WriteAddress>, Answer<AddressResource>(200), Refusal(404, "address.unknown"), Refusal(503, "account.busy")]
    public Task<IResult> ReplaceAddress([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Me + "/addresses/{addressId}")] HttpRequest request, string addressId) => request
        .ReadBody<WriteAddress>()
        .Then(wanted => addresses.Change(request.Principal(), addressId, wanted, request.HttpContext.RequestAborted))
        .ToHttp(address => Respond.Ok(address));

    /// <summary>Forgets an address.</summary>
    [Function("MeAddressRemove"), Access(Caller.Customer), Answer(204), Refusal(404, "address.unknown"), Refusal(503, "account.busy")]
    public async Task<IResult> RemoveAddress([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Me + "/addresses/{addressId}")] HttpRequest request, string addressId) =>
        await addresses.Remove(request.Principal(), addressId, request.HttpContext.RequestAborted) is { } problem ? problem.ToHttp() : Respond.NoContent();

    /// <summary>What the customer agreed to and withdrew, oldest first.</summary>
    [Function("MeConsentList"), Access(Caller.Customer), Answer<Page<Consent>>(200)]
    public async Task<IResult> Consents([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Me + "/consents")] HttpRequest request)
    {
        Result<Stored<Customer>> me = await open.Run(request.Principal(), request.HttpContext.RequestAborted);
        return me.Problem is { } problem ? problem.ToHttp() : Respond.Ok(new Page<Consent>(await customers.Consents(me.Value.Value.Id, request.HttpContext.RequestAborted), null));
    }

    /// <summary>Writes down that the customer agrees to a text, or no longer does.</summary>
    /// <remarks>Marketing is agreed to by the channels in <c>PATCH /v1/store/me</c>.</remarks>
    [Function("MeConsentAdd"), Access(Caller.Customer), BodyLimit(4096)]
    [Body<NewConsent>, Answer<Consent>(201), Refusal(422, "account.too-many-consents"), Refusal(503, "account.busy")]
    public async Task<IResult> AddConsent([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Me + "/consents")] HttpRequest request)
    {
        Consent? entry = null;
        Result<Stored<Customer>> saved = await request.ReadBody<NewConsent>().Then(wanted => open.Change(request.Principal(), IfMatch.Anything, customer =>
        {
            if (customer.Consents >= Customer.MostConsents) return Task.FromResult<Result<CustomerChange>>(AccountProblems.TooManyConsents);
            entry = new Consent(customer.Consents + 1, wanted.Purpose, wanted.Version, wanted.Given, clock.GetUtcNow(), "account");
            return Task.FromResult<Result<CustomerChange>>(new CustomerChange(customer) { Consents = [entry] });
        }, request.HttpContext.RequestAborted));
        return saved.Problem is { } problem ? problem.ToHttp() : Respond.Created(entry!);
    }

    /// <summary>Everything the shop knows of the customer: profile, addresses, consents, sessions, orders, cart.</summary>
    [Function("MeExport"), Access(Caller.Customer), Answer<CustomerExport>(200)]
    public Task<IResult> Export([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Me + "/export")] HttpRequest request) =>
        export.Run(request.Principal(), request.HttpContext.RequestAborted).ToHttp(all => Respond.Ok(all));

    /// <summary>Erases the customer.</summary>
    /// <remarks>
    /// It ends after a quarter of an hour, when nothing that was begun can come behind it, with a signed receipt: mailed, and shown at the URL of the answer. Invoiced
    /// orders stay for the tax office, without e-mail address, telephone and note, until the day that the receipt says. Orders that are still under way come
    /// first: they need to know whom they go to.
    /// </remarks>
    [Function("MeErase"), Access(Caller.Customer), Answer<ErasureResource>(202), Refusal(409, "account.orders-open")]
    public Task<IResult> Erase([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Me)] HttpRequest request, [DurableClient] DurableTaskClient durable) =>
        erase.Run(request.Principal(), durable, request.HttpContext.RequestAborted).ToHttp(erasure => Respond.Accepted(links.PathOf(erasure.Id), erasure));

    /// <summary>How far an erasure is, and its receipt.</summary>
    [Function("ErasureGet"), Access(Caller.Anyone)]
    [QueryParameter("token", typeof(string), "From the answer or the mail."), Answer<ErasureResource>(200), Refusal(404, "erasure.unknown")]
    public async Task<IResult> Erasure([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/erasures/{erasureId}")] HttpRequest request, string erasureId)
    {
        if (!links.Opens(erasureId, request.Query["token"])) return AccountProblems.ErasureUnknown.ToHttp();
        ErasureReceipt? receipt = await erasures.FindReceipt(erasureId, request.HttpContext.RequestAborted);
        return Respond.Ok(new ErasureResource(erasureId, receipt is null ? ErasureStatus.Pending : ErasureStatus.Done, links.UrlOf(erasureId), receipt));
    }

    private CustomerChange Apply(Customer customer, PatchMe patch)
    {
        IReadOnlyList<MarketingChannel> channels = patch.MarketingChannels.Or(customer.MarketingChannels);
        return new CustomerChange(customer with
        {
            Details = customer.Details with { Name = patch.Name.Or(customer.Details.Name), Phone = patch.Phone.Or(customer.Details.Phone) },
            Locale = patch.Locale.Or(customer.Locale),
            Currency = patch.Currency.Or(customer.Currency),
            MarketingChannels = [.. channels.Distinct().Order()],
        }) { Consents = ConsentRules.ForChannels(customer, channels, clock.GetUtcNow()) };
    }
}

/// <summary>The customer who is signed in.</summary>
/// <param name="Currency">Of the carts they make, where they do not say otherwise; null for the shop's own.</param>
/// <param name="Groups">The customer groups that the shop put them into.</param>
public sealed record MeResource(
    string Id, string Name, string Email, string? Phone, string Locale, Currency? Currency, IReadOnlyList<MarketingChannel> MarketingChannels, string? DefaultShippingAddress, string? DefaultBillingAddress, GroupSet Groups, DateTimeOffset CreatedAt)
{
    internal static MeResource From(Customer customer) => new(
        customer.Id, customer.Details.Name, customer.Details.Email, customer.Details.Phone, customer.Locale, customer.Currency, customer.MarketingChannels, customer.DefaultShippingAddress, customer.DefaultBillingAddress, customer.Groups, customer.CreatedAt);
}

/// <summary>A merge patch: what is left out stays, null clears.</summary>
public sealed record PatchMe(
    [property: StringLength(100, MinimumLength = 1)] Optional<string> Name = default,
    [property: RegularExpression(@"^[0-9+() -]{5,25}$", ErrorMessage = "must be a telephone number")] Optional<string?> Phone = default,
    [property: AllowedValues("id", "en")] Optional<string> Locale = default,
    Optional<Currency?> Currency = default,
    [property: MaxLength(3)] Optional<IReadOnlyList<MarketingChannel>> MarketingChannels = default);

/// <param name="DefaultShipping">Goods go here unless the customer says otherwise.</param>
public sealed record AddressResource(string Id, Address Address, bool DefaultShipping, bool DefaultBilling)
{
    internal static AddressResource From(SavedAddress saved, Customer customer) =>
        new(saved.Id, saved.Address, customer.DefaultShippingAddress == saved.Id, customer.DefaultBillingAddress == saved.Id);
}

/// <param name="DefaultShipping">Makes it the one that goods go to, in place of another.</param>
public sealed record WriteAddress(Address Address, bool DefaultShipping = false, bool DefaultBilling = false);

/// <param name="Purpose">What is agreed to.</param>
/// <param name="Version">Of its text.</param>
/// <param name="Given">false withdraws it.</param>
public sealed record NewConsent(
    [property: AllowedValues("terms", "privacy", "analytics")] string Purpose, [property: StringLength(40, MinimumLength = 1)] string Version, bool Given);
