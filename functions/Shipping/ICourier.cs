namespace Shop.Shipping;

/// <summary>The port to couriers, usually an aggregator that speaks for several.</summary>
public interface ICourier
{
    /// <summary>What the services cost; none where nobody delivers.</summary>
    /// <exception cref="CourierRefusedException">It does not quote this parcel, wherever it goes.</exception>
    Task<IReadOnlyList<ShippingRate>> Quote(ParcelToQuote parcel, CancellationToken cancellationToken);

    /// <summary>Books a pick-up. The same <see cref="ParcelToBook.Reference"/> gives the same parcel, however often it is booked.</summary>
    /// <exception cref="CourierRefusedException">It does not take this parcel.</exception>
    Task<BookedParcel> Book(ParcelToBook parcel, CancellationToken cancellationToken);

    /// <summary>Everything that happened to the parcel.</summary>
    /// <param name="booking">The courier's own name of it, as <see cref="BookedParcel.Booking"/>.</param>
    /// <exception cref="CourierRefusedException">It knows no such parcel.</exception>
    Task<TrackedParcel> Track(string booking, CancellationToken cancellationToken);
}

/// <summary>The courier is not well or answered nonsense; trying again helps, sooner or later.</summary>
public sealed class CourierException(string message) : Exception(message);

/// <summary>The courier understood and refused: the same question gets the same answer until somebody changes something.</summary>
public sealed class CourierRefusedException(string message) : Exception(message);
