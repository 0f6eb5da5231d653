using System.ComponentModel.DataAnnotations;

namespace Shop.Orders;

/// <summary>Section <c>Invoice</c>: who sells, as invoices say it.</summary>
public sealed class InvoiceOptions
{
    [Required, StringLength(100)]
    public string SellerName { get; init; } = "Toko";

    [Required, StringLength(300)]
    public string SellerAddress { get; init; } = "Jl. Gudang 1, Jakarta Pusat 10110";

    /// <summary>The seller's tax number, in Indonesia the NPWP; empty for who is not registered.</summary>
    [RegularExpression("^[0-9A-Za-z. -]{0,30}$")]
    public string SellerTaxId { get; init; } = "";
}
