using System.Buffers;
using System.Text;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>Writes stored objects into answers, by copying their bytes.</summary>
internal sealed class ObjectForm(ResourceType type)
{
    private readonly byte[] _head = Encoding.UTF8.GetBytes($"{{\"kind\":\"{type.Kind}\",\"apiVersion\":\"{type.ApiVersion}\",");

    /// <summary>The whole object, in the version that was asked for.</summary>
    public void WriteWhole(IBufferWriter<byte> writer, StoredObject item)
    {
        // A custom resource may have been stored when its definition stored another version.
        if (type.IsBuiltIn)
        {
            writer.Write(item.Utf8.Span);
            return;
        }
        writer.Write(_head);
        writer.Write(item.AfterKind);
    }

    /// <summary>The object as an item of a list: Kubernetes' own types leave apiVersion and kind to the list.</summary>
    public void WriteItem(IBufferWriter<byte> writer, StoredObject item)
    {
        if (!type.IsBuiltIn)
        {
            WriteWhole(writer, item);
            return;
        }
        writer.Write("{"u8);
        writer.Write(item.AfterKind);
    }

    /// <summary>Nothing but the metadata.</summary>
    public static void WriteMetadata(IBufferWriter<byte> writer, StoredObject item)
    {
        writer.Write("{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":"u8);
        writer.Write(item.Metadata);
        writer.Write("}"u8);
    }
}
