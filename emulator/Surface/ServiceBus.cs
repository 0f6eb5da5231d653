// Signatures follow Azure.Messaging.ServiceBus, Azure.Core.Amqp and Microsoft.Azure.Functions.Worker.Extensions.ServiceBus.
// The first two are not annotated for null, so neither is this.
#nullable disable
using System.Runtime.Serialization;
using Azure.Core;
using Azure.Core.Amqp;
using Shop.Emulator.ServiceBus;

namespace Azure.Core.Amqp
{
    public class AmqpAnnotatedMessage
    {
        private AmqpAnnotatedMessage() { }
    }
}

namespace Azure.Messaging.ServiceBus
{
    public enum ServiceBusFailureReason
    {
        GeneralError = 0,
        MessagingEntityNotFound = 1,
        MessageLockLost = 2,
        MessageNotFound = 3,
        MessageSizeExceeded = 4,
        MessagingEntityDisabled = 5,
        QuotaExceeded = 6,
        ServiceBusy = 7,
        ServiceTimeout = 8,
        ServiceCommunicationProblem = 9,
        SessionCannotBeLocked = 10,
        SessionLockLost = 11,
        MessagingEntityAlreadyExists = 12,
    }

    public class ServiceBusException : Exception
    {
        public ServiceBusException() { }

        public ServiceBusException(bool isTransient, string message, string entityName = null, ServiceBusFailureReason reason = ServiceBusFailureReason.GeneralError, Exception innerException = null)
            : base(message, innerException) => (IsTransient, EntityPath, Reason) = (isTransient, entityName, reason);

        public ServiceBusException(string message, ServiceBusFailureReason reason, string entityPath = null, Exception innerException = null)
            : this(reason is ServiceBusFailureReason.ServiceCommunicationProblem or ServiceBusFailureReason.ServiceTimeout or ServiceBusFailureReason.ServiceBusy, message, entityPath, reason, innerException) { }

        public bool IsTransient { get; }
        public ServiceBusFailureReason Reason { get; }
        public string EntityPath { get; }

        public override string Message => string.IsNullOrEmpty(EntityPath) ? $"{base.Message} ({Reason})" : $"{base.Message} ({EntityPath} - {Reason})";
    }

    public class ServiceBusClientOptions
    {
        public string Identifier { get; set; }
    }

    public class ServiceBusSenderOptions
    {
        public string Identifier { get; set; }
    }

    public class CreateMessageBatchOptions
    {
        private long? _maxSizeInBytes;

        public long? MaxSizeInBytes
        {
            get => _maxSizeInBytes;
            set => _maxSizeInBytes = value is null or >= 24 ? value : throw new ArgumentOutOfRangeException(nameof(MaxSizeInBytes));
        }
    }

    public class ServiceBusClient : IAsyncDisposable
    {
        private readonly BusConnection _connection;
        private readonly string _identifier;
        private bool _closed;

        protected ServiceBusClient() { }

        public ServiceBusClient(string connectionString) : this(connectionString, new ServiceBusClientOptions()) { }

        public ServiceBusClient(string connectionString, ServiceBusClientOptions options)
        {
            _connection = BusConnection.Parse(connectionString);
            _identifier = options?.Identifier ?? $"{_connection.Host}-{Guid.NewGuid()}";
        }

        public ServiceBusClient(string fullyQualifiedNamespace, AzureNamedKeyCredential credential, ServiceBusClientOptions options = null) => throw ConnectionStringOnly();
        public ServiceBusClient(string fullyQualifiedNamespace, AzureSasCredential credential, ServiceBusClientOptions options = null) => throw ConnectionStringOnly();
        public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential) => throw ConnectionStringOnly();
        public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential, ServiceBusClientOptions options) => throw ConnectionStringOnly();

        public virtual string FullyQualifiedNamespace => _connection.Host;
        public virtual string Identifier => _identifier;
        public virtual bool IsClosed => _closed;

        public virtual ServiceBusSender CreateSender(string queueOrTopicName) => new EmulatedSender(this, _connection, queueOrTopicName, null);
        public virtual ServiceBusSender CreateSender(string queueOrTopicName, ServiceBusSenderOptions options) => new EmulatedSender(this, _connection, queueOrTopicName, options);

        public virtual ValueTask DisposeAsync()
        {
            _closed = true;
            GC.SuppressFinalize(this);
            return ValueTask.CompletedTask;
        }

        private static NotSupportedException ConnectionStringOnly() =>
            new("The emulator's Service Bus takes a connection string only: there is no Azure here that could check an identity.");
    }

    public class ServiceBusSender : IAsyncDisposable
    {
        protected ServiceBusSender() { }
        protected ServiceBusSender(ServiceBusClient client, string queueOrTopicName) : this(client, queueOrTopicName, null) { }
        protected ServiceBusSender(ServiceBusClient client, string queueOrTopicName, ServiceBusSenderOptions options)
        {
            ArgumentNullException.ThrowIfNull(client);
            ArgumentException.ThrowIfNullOrWhiteSpace(queueOrTopicName);
            (EntityPath, FullyQualifiedNamespace, Identifier) = (queueOrTopicName, client.FullyQualifiedNamespace, options?.Identifier ?? $"{queueOrTopicName}-{Guid.NewGuid()}");
        }

        public virtual string EntityPath { get; }
        public virtual string FullyQualifiedNamespace { get; }
        public virtual string Identifier { get; }
        public virtual bool IsClosed { get; private protected set; }

        public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(message);
            return Send([message], cancellationToken);
        }

        public virtual Task SendMessagesAsync(IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(messages);
            return Send([.. messages], cancellationToken);
        }

        public virtual Task SendMessagesAsync(ServiceBusMessageBatch messageBatch, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(messageBatch);
            return Send(messageBatch.Messages, cancellationToken);
        }

        public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(CancellationToken cancellationToken = default) => CreateMessageBatchAsync(null, cancellationToken);

        public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(CreateMessageBatchOptions options, CancellationToken cancellationToken = default)
        {
            if (options?.MaxSizeInBytes > MessageSize.Largest)
                throw new ArgumentOutOfRangeException(nameof(options), $"A batch holds at most {MessageSize.Largest} bytes.");
            return ValueTask.FromResult(new ServiceBusMessageBatch(options?.MaxSizeInBytes ?? MessageSize.Largest));
        }

        public virtual Task CloseAsync(CancellationToken cancellationToken = default)
        {
            IsClosed = true;
            return Task.CompletedTask;
        }

        public virtual async ValueTask DisposeAsync()
        {
            await CloseAsync();
            GC.SuppressFinalize(this);
        }

        private protected virtual Task Send(IReadOnlyList<ServiceBusMessage> messages, CancellationToken cancellationToken) =>
            throw new NotSupportedException("This sender was not made by a client.");
    }

    public sealed class ServiceBusMessageBatch : IDisposable
    {
        private readonly List<ServiceBusMessage> _messages = [];

        internal ServiceBusMessageBatch(long maxSizeInBytes) => MaxSizeInBytes = maxSizeInBytes;

        public long MaxSizeInBytes { get; }
        public long SizeInBytes { get; private set; }
        public int Count => _messages.Count;
        internal IReadOnlyList<ServiceBusMessage> Messages => _messages;

        public bool TryAddMessage(ServiceBusMessage message)
        {
            ArgumentNullException.ThrowIfNull(message);
            long size = MessageSize.Of(message);
            if (SizeInBytes + size > MaxSizeInBytes) return false;
            _messages.Add(message);
            SizeInBytes += size;
            return true;
        }

        public void Dispose() => _messages.Clear();
    }

    public enum ServiceBusMessageState
    {
        Active = 0,
        Deferred = 1,
        Scheduled = 2,
    }

    public class ServiceBusMessage
    {
        private string _messageId;
        private string _partitionKey;
        private string _sessionId;
        private string _replyToSessionId;
        private TimeSpan _timeToLive = TimeSpan.MaxValue;

        public ServiceBusMessage() : this(BinaryData.Empty) { }
        public ServiceBusMessage(string body) : this(BinaryData.FromString(body)) { }
        public ServiceBusMessage(ReadOnlyMemory<byte> body) : this(BinaryData.FromBytes(body)) { }
        public ServiceBusMessage(BinaryData body) => Body = body ?? throw new ArgumentNullException(nameof(body));
        public ServiceBusMessage(AmqpAnnotatedMessage message) => throw new NotSupportedException("The emulator knows no AMQP messages.");

        public ServiceBusMessage(ServiceBusReceivedMessage receivedMessage)
        {
            ArgumentNullException.ThrowIfNull(receivedMessage);
            (Body, ContentType, CorrelationId, Subject, To, ReplyTo) =
                (receivedMessage.Body, receivedMessage.ContentType, receivedMessage.CorrelationId, receivedMessage.Subject, receivedMessage.To, receivedMessage.ReplyTo);
            (_messageId, _partitionKey, _sessionId, _replyToSessionId, _timeToLive) =
                (receivedMessage.MessageId, receivedMessage.PartitionKey, receivedMessage.SessionId, receivedMessage.ReplyToSessionId, receivedMessage.TimeToLive);
            foreach ((string name, object value) in receivedMessage.ApplicationProperties)
                if (name is not (BusMessage.DeadLetterReason or BusMessage.DeadLetterDescription)) ApplicationProperties.Add(name, value);
        }

        public BinaryData Body { get; set; }
        public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>();
        public string ContentType { get; set; }
        public string CorrelationId { get; set; }
        public string Subject { get; set; }
        public string To { get; set; }
        public string ReplyTo { get; set; }
        public DateTimeOffset ScheduledEnqueueTime { get; set; }

        public string MessageId
        {
            get => _messageId;
            set
            {
                ArgumentException.ThrowIfNullOrEmpty(value);
                _messageId = NotTooLong(value);
            }
        }

        public string PartitionKey
        {
            get => _partitionKey;
            set => _partitionKey = _sessionId is null || value == _sessionId
                ? NotTooLong(value)
                : throw new ArgumentOutOfRangeException(nameof(PartitionKey), "PartitionKey must be the SessionId where that is set.");
        }

        public string SessionId
        {
            get => _sessionId;
            set
            {
                _sessionId = NotTooLong(value);
                _partitionKey = _sessionId;
            }
        }

        public string ReplyToSessionId
        {
            get => _replyToSessionId;
            set => _replyToSessionId = NotTooLong(value);
        }

        public TimeSpan TimeToLive
        {
            get => _timeToLive;
            set => _timeToLive = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(TimeToLive));
        }

        public override string ToString() => $"{{MessageId:{MessageId}}}";

        private static string NotTooLong(string value) =>
            value is null || value.Length <= 128 ? value : throw new ArgumentOutOfRangeException(nameof(value), "The value may be 128 characters long.");
    }

    public class ServiceBusReceivedMessage
    {
        internal ServiceBusReceivedMessage(BusMessage message, string lockToken, DateTimeOffset lockedUntil)
        {
            Message = message;
            LockToken = lockToken;
            LockedUntil = lockedUntil;
            Body = BinaryData.FromBytes(message.Body);
        }

        internal BusMessage Message { get; }
        public BinaryData Body { get; }
        public string MessageId => Message.MessageId;
        public string PartitionKey => Message.PartitionKey;
        public string SessionId => Message.SessionId;
        public string ReplyToSessionId => Message.ReplyToSessionId;
        public TimeSpan TimeToLive => Message.TimeToLive;
        public string CorrelationId => Message.CorrelationId;
        public string Subject => Message.Subject;
        public string To => Message.To;
        public string ContentType => Message.ContentType;
        public string ReplyTo => Message.ReplyTo;
        public DateTimeOffset ScheduledEnqueueTime => Message.ScheduledFor;
        public IReadOnlyDictionary<string, object> ApplicationProperties => Message.Properties;
        public string LockToken { get; }
        public DateTimeOffset LockedUntil { get; internal set; }
        public int DeliveryCount => Message.DeliveryCount;
        public long SequenceNumber => Message.Sequence;
        public long EnqueuedSequenceNumber => Message.Sequence;
        public DateTimeOffset EnqueuedTime => Message.EnqueuedAt;
        public DateTimeOffset ExpiresAt => Message.ExpiresAt;
        public string DeadLetterSource => null;
        public string DeadLetterReason => ApplicationProperties.GetValueOrDefault(BusMessage.DeadLetterReason) as string;
        public string DeadLetterErrorDescription => ApplicationProperties.GetValueOrDefault(BusMessage.DeadLetterDescription) as string;
        public ServiceBusMessageState State => ServiceBusMessageState.Active;

        public override string ToString() => $"{{MessageId:{MessageId}}}";
    }
}

#nullable enable
namespace Microsoft.Azure.Functions.Worker
{
    using global::Azure.Messaging.ServiceBus;

    public class ServiceBusMessageActions
    {
        protected ServiceBusMessageActions() { }

        public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => throw NotReceived();

        public virtual Task AbandonMessageAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) =>
            throw NotReceived();

        public virtual Task DeadLetterMessageAsync(
            ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = null, string? deadLetterReason = null, string? deadLetterErrorDescription = null,
            CancellationToken cancellationToken = default) => throw NotReceived();

        public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => throw NotReceived();

        private static NotSupportedException NotReceived() => new("These actions belong to no message that was received.");
    }
}
