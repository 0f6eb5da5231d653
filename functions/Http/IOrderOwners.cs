namespace Shop.Http;

/// <summary>Tells whose an order is. Orders implements it, so that one place, before any endpoint runs, keeps customers apart.</summary>
public interface IOrderOwners
{
    /// <summary>The customer's id; <c>null</c> for a guest's order and for none at all.</summary>
    Task<string?> OwnerOf(string orderId, CancellationToken cancellationToken);
}
