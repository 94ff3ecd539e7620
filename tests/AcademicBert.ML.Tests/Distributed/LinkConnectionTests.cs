using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using AcademicBert.Distributed.Links;

namespace AcademicBert.Tests.Distributed;

[TestClass]
public sealed class LinkConnectionTests
{
    private const string Secret = "a group";

    [TestMethod]
    public void Hello_RankOfTheGroup_IsWhoItSays()
    {
        using Socket stranger = Connect(out LinkConnection connection);
        using var leaf = new LinkConnection(stranger);
        leaf.Send(LinkMessage.Hello, System.Text.Encoding.UTF8.GetBytes($"{Secret}\n3 4711 a machine"));
        using (connection)
            Assert.AreEqual(new RankIdentity(3, 4711, "a machine"), HubLink.Hello(connection, Secret, TimeSpan.FromMinutes(1)));
    }

    [TestMethod]
    public void Hello_StrangerWhoSaysNothing_DoesNotKeepTheOthersWaiting()
    {
        using Socket stranger = Connect(out LinkConnection connection);
        using (connection)
            Assert.IsNull(HubLink.Hello(connection, Secret, TimeSpan.FromMilliseconds(50)));
    }

    [TestMethod]
    public void Hello_StrangerWhoAnnouncesALongMessage_IsSentAwayBeforeMemoryIsTaken()
    {
        byte[] header = new byte[5];
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(1), 1 << 26);
        using var connection = new LinkConnection(new MemoryStream(header));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsNull(HubLink.Hello(connection, Secret, TimeSpan.FromMinutes(1)));
        Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Socket Connect(out LinkConnection connection)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(listener.LocalEndpoint);
        connection = new LinkConnection(listener.AcceptSocket());
        return socket;
    }
}
