namespace AcademicBert.Distributed.Nccl;

/// <summary>
/// Where NCCL puts its work, and how the training thread knows that it is done. This one is for memory of the host, where a call returns
/// when it is done; that of a GPU is <see cref="CudaQueue"/>.
/// </summary>
internal class DeviceQueue : IDisposable
{
    /// <summary>The stream; 0 for the host.</summary>
    public virtual nint Stream => 0;

    /// <summary>Makes the device the calling thread's.</summary>
    public virtual void MakeCurrent()
    {
    }

    /// <summary>Lets work that is put into the stream from now on begin when what the training thread has put on the device is done.</summary>
    public virtual void FollowComputation()
    {
    }

    /// <summary>Marks the end of what was put into the stream so far.</summary>
    /// <returns>Whether it has been reached, to be asked again and again.</returns>
    public virtual Func<bool> Mark() => () => true;

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
